import Tensors

/// The mean of max(1 - t·p, 0) over the features, as Keras's `Hinge`, for targets of -1 and 1.
///
/// Targets of 0 and 1 are taken as -1 and 1 in a row that has no others. (Keras looks at the whole
/// batch for that, which gives the same for targets of one kind, and would make a row depend on its
/// neighbours.)
public struct Hinge: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "Hinge" }
  /// Keras's name of the function.
  public var name: String { "hinge" }

  /// The loss; it has no options.
  public init() {}

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    scoring.sumOfMargins(gradient) { ($0, 1) }
  }
}

/// The mean of max(1 - t·p, 0)² over the features, as Keras's `SquaredHinge`; targets as in `Hinge`.
public struct SquaredHinge: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "SquaredHinge" }
  /// Keras's name of the function.
  public var name: String { "squared_hinge" }

  /// The loss; it has no options.
  public init() {}

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    scoring.sumOfMargins(gradient) { ($0 * $0, 2 * $0) }
  }
}

extension Scoring {
  /// Σ weight · mean loss(m) over the rows, where m = max(1 - t·p, 0); `body` gives the loss and its
  /// derivative.
  fileprivate func sumOfMargins(
    _ gradient: Matrix?, _ body: (Double) -> (loss: Double, slope: Double)
  ) -> Double {
    sumByRow(gradient) { row in
      let isBinary = (0..<row.count).allSatisfy { row.target[$0] == 0 || row.target[$0] == 1 }
      var sum = 0.0
      for column in 0..<row.count {
        let target = Double(row.target[column])
        let t = isBinary ? 2 * target - 1 : target
        let margin = 1 - t * Double(row.predictions[column])
        let (loss, slope) = body(margin < 0 ? 0 : margin)
        sum += loss
        let share = row.weight / Double(row.count)
        row.gradient?[column] = margin < 0 ? 0 : Float(-t * slope * share)
      }
      return sum / Double(row.count)
    }
  }
}
