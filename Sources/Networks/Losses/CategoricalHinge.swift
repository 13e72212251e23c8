import Tensors

/// max(max over classes of (1 - t)·p - Σ t·p + 1, 0), as Keras's `CategoricalHinge`; targets are
/// [rows, classes].
public struct CategoricalHinge: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "CategoricalHinge" }
  /// Keras's name of the function.
  public var name: String { "categorical_hinge" }

  /// The loss; it has no options.
  public init() {}

  /// Targets have a number for each class.
  public func targetShapes(for output: Shape) -> [Shape] { [output] }

  /// Computes Σ weight · loss over the rows, and its gradient; equal largest classes share theirs.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    scoring.sumByRow(gradient) { row in
      var (right, wrong, ties) = (0.0, -Double.infinity, 0.0)
      for column in 0..<row.count {
        let (p, t) = (Double(row.predictions[column]), Double(row.target[column]))
        right += t * p
        let other = (1 - t) * p
        if !(other <= wrong) { (wrong, ties) = (other, 0) }
        if other == wrong { ties += 1 }
      }
      let loss = wrong - right + 1
      if let gradient = row.gradient {
        for column in 0..<row.count {
          let (p, t) = (Double(row.predictions[column]), Double(row.target[column]))
          let slope = ((1 - t) * p == wrong ? (1 - t) / ties : 0) - t
          gradient[column] = loss < 0 ? 0 : Float(row.weight * slope)
        }
      }
      return loss < 0 ? 0 : loss
    }
  }
}
