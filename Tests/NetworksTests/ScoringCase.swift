import Networks
import Tensors
import TestSupport

/// Predictions, targets and weights for a loss or a metric, with room for what it needs.
struct ScoringCase {
  let rows: Int
  let features: Int
  let predictions: Arena
  let targets: Arena
  let weights: Arena?
  private let scratch: Arena
  private let gradient: Arena

  init(_ predictions: [Float], features: Int, targets: [Float], weights: [Float]?) {
    self.features = features
    rows = predictions.count / features
    self.predictions = Self.arena(predictions)
    self.targets = Self.arena(targets)
    self.weights = weights.map(Self.arena)
    scratch = Arena(count: Scoring.scratch(rows: rows))
    gradient = Self.arena([Float](repeating: 77, count: predictions.count))
  }

  private static func arena(_ numbers: [Float]) -> Arena {
    let arena = Arena(count: numbers.count)
    _ = arena[0..<numbers.count].update(fromContentsOf: numbers)
    return arena
  }

  var scoring: Scoring {
    Scoring(
      predictions: Matrix(predictions.base, rows: rows, columns: features),
      targets: Matrix(targets.base, rows: rows, columns: targets.count / rows),
      weights: weights.map { UnsafePointer($0.base) }, scratch: scratch.base)
  }

  func value(_ loss: any Loss) -> Double { loss.evaluate(scoring, gradient: nil) }

  func gradient(_ loss: any Loss) -> (value: Double, gradient: [Float]) {
    let matrix = Matrix(gradient.base, rows: rows, columns: features)
    return (loss.evaluate(scoring, gradient: matrix), gradient.values)
  }
}
