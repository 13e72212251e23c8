import Foundation
import Kernels
import Tensors

/// -ln p of the class that is the target, as Keras's `SparseCategoricalCrossentropy`.
///
/// From probabilities Keras's backends differ; this is the order that it has on TensorFlow: limit to
/// 10⁻⁷ … 1 - 10⁻⁷, then divide by the sum. (`CategoricalCrossentropy` divides first, on all of them.)
/// A model that ends in a softmax is scored from what the softmax is applied to: nothing is lost.
///
/// A target that is no class of the output (negative, too large or no whole number) makes loss and
/// gradient of its row NaN, unless the row's weight is zero, and reads nothing outside of the row.
/// Keras with TensorFlow on a CPU stops with an error; here training stops at the NaN and names the
/// row.
public struct SparseCategoricalCrossentropy: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "SparseCategoricalCrossentropy" }
  /// Keras's name of the function.
  public var name: String { "sparse_categorical_crossentropy" }
  /// Whether predictions are logits: ln p up to a number for the whole row.
  public var fromLogits: Bool
  /// A class whose rows have no loss and do not count; nil for none.
  public var ignoreClass: Int?

  /// The loss with Keras's defaults.
  public init(fromLogits: Bool = false, ignoreClass: Int? = nil) {
    self.fromLogits = fromLogits
    self.ignoreClass = ignoreClass
  }

  /// The loss of a softmax's output, from the softmax's input.
  public func fromLogits(of activation: Activation) -> (any Loss)? {
    guard activation == .softmax, !fromLogits else { return nil }
    return SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: ignoreClass)
  }

  /// From logits each row is read before its gradient is written.
  public var overwritesPredictions: Bool { fromLogits }

  /// A class number for each row, with or without an axis of length one.
  public func targetShapes(for output: Shape) -> [Shape] {
    let places = Array(output.dimensions.dropLast())
    return [Shape(places), Shape(places + [1])]
  }

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    fromLogits ? fromLogits(scoring, gradient) : fromProbabilities(scoring, gradient)
  }

  /// Rows of the ignored class count neither, as if they were masked.
  public func total(_ scoring: Scoring, _ reduction: Reduction) -> Double {
    scoring.total(reduction) { !isIgnored(scoring, $0) }
  }

  private func isIgnored(_ scoring: Scoring, _ row: Int) -> Bool {
    guard let ignoreClass else { return false }
    return scoring.targets.base[row * scoring.targets.stride] == Float(ignoreClass)
  }

  private func fromLogits(_ scoring: Scoring, _ gradient: Matrix?) -> Double {
    for row in 0..<scoring.rows { scoring.classes[row] = Int32(scoring.classNumber(row) ?? 0) }
    sparseSoftmaxCrossEntropyRows(
      rows: scoring.rows, columns: scoring.predictions.columns,
      logits: scoring.predictions.base, stride: scoring.predictions.stride,
      targets: scoring.classes, weights: scoring.weights, losses: scoring.losses,
      dLogits: gradient?.base, dStride: gradient?.stride ?? 0)
    for row in 0..<scoring.rows {
      if isIgnored(scoring, row) {
        scoring.losses[row] = Float(Self.fill(scoring.row(row, gradient), 0))
      } else if scoring.classNumber(row) == nil {
        scoring.losses[row] = Float(Self.refuse(scoring.row(row, gradient)))
      }
    }
    return scoring.sumOfLosses
  }

  private func fromProbabilities(_ scoring: Scoring, _ gradient: Matrix?) -> Double {
    let classes = scoring.predictions.columns
    return scoring.sumByRow(gradient) { row in
      if isIgnored(scoring, row.index) { return Self.fill(row, 0) }
      guard let target = scoring.classNumber(row.index) else { return Self.refuse(row) }
      let total = (0..<classes).reduce(0) { $0 + Clip(Double(row.predictions[$1])).value }
      let chosen = Clip(Double(row.predictions[target]))
      if let gradient = row.gradient {
        for column in 0..<classes {
          let isInside = Clip(Double(row.predictions[column])).isInside
          gradient[column] = isInside ? Float(row.weight / total) : 0
        }
        if chosen.isInside { gradient[target] -= Float(row.weight / chosen.value) }
      }
      return log(total) - log(chosen.value)
    }
  }

  /// Makes a row's gradient NaN, or zero if the row has no weight, and returns its loss.
  private static func refuse(_ row: Scoring.Row) -> Double {
    fill(row, row.weight == 0 ? 0 : .nan)
  }

  private static func fill(_ row: Scoring.Row, _ value: Double) -> Double {
    for column in 0..<row.count { row.gradient?[column] = Float(value) }
    return value
  }
}

extension Scoring {
  /// The class that a row's target names; nil if the predictions have no such class.
  func classNumber(_ row: Int) -> Int? {
    guard let number = Int(exactly: targets.base[row * targets.stride]),
      (0..<predictions.columns).contains(number)
    else { return nil }
    return number
  }
}
