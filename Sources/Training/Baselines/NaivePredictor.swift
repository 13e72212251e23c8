import Foundation
import Networks

/// A forecast that learns nothing but what the targets are like.
enum NaivePredictor {
  /// Always the same numbers, [steps, features] of the output: means, or how frequent classes are.
  case constant([Float], isOfClasses: Bool)
  /// The newest value that a window of a series shows.
  case lastValue(SeriesDataset)

  /// What it is called beside a score.
  func name(beside metric: String) -> String {
    switch self {
    case .lastValue: "last value"
    case .constant(_, isOfClasses: false): "mean"
    case .constant(_, isOfClasses: true):
      metric.contains("acc") ? "majority class" : "class frequencies"
    }
  }

  /// Writes its forecasts.
  ///
  /// - Parameters:
  ///   - rows: which rows of the dataset.
  ///   - count: how many numbers a row's output has.
  ///   - memory: [rows, count]
  func predict(_ rows: [Int], count: Int, into memory: UnsafeMutablePointer<Float>) {
    for (place, row) in rows.enumerated() {
      switch self {
      case .constant(let values, _):
        for column in 0..<count { memory[place * count + column] = values[column] }
      case .lastValue(let dataset):
        memory[place] = dataset.standardizedTarget(at: dataset.lastPlace(of: row))
      }
    }
  }
}

extension Objective.Output {
  /// Whether targets are classes, so that forecasts are how likely each is.
  var isOfClasses: Bool { loss?.name.contains("crossentropy") ?? false }

  /// Whether the loss reads targets as class numbers.
  var hasClassNumbers: Bool { loss?.name.hasPrefix("sparse") ?? false }

  /// Probabilities as the loss wants them: where it reads logits, their logarithms.
  func asLossInput(_ values: UnsafeMutablePointer<Float>, count: Int) {
    func limited(_ value: Float) -> Float { min(max(value, 1e-7), 1 - 1e-7) }
    if (loss as? BinaryCrossentropy)?.fromLogits == true {
      for place in 0..<count {
        let likely = limited(values[place])
        values[place] = log(likely / (1 - likely))
      }
    } else if (loss as? CategoricalCrossentropy)?.fromLogits == true
      || (loss as? SparseCategoricalCrossentropy)?.fromLogits == true
    {
      for place in 0..<count { values[place] = log(limited(values[place])) }
    }
  }
}
