import Foundation
import Tensors

/// Σ t·ln(t / p) over the features, as Keras's `KLDivergence`; p and t are limited to 10⁻⁷ … 1, and
/// beyond that the gradient is zero.
public struct KLDivergence: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "KLDivergence" }
  /// Keras's name of the function.
  public var name: String { "kl_divergence" }

  /// The loss; it has no options.
  public init() {}

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    scoring.sumByRow(gradient) { row in
      var sum = 0.0
      for column in 0..<row.count {
        let p = Double(row.predictions[column])
        let q = p < Clip.low ? Clip.low : p > 1 ? 1 : p
        let t = min(max(Double(row.target[column]), Clip.low), 1)
        sum += t * log(t / q)
        row.gradient?[column] = q == p || p.isNaN ? Float(-row.weight * t / q) : 0
      }
      return sum
    }
  }
}
