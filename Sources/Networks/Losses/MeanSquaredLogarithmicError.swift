import Foundation
import Tensors

/// The mean of (ln(p + 1) - ln(t + 1))² over the features, as Keras's `MeanSquaredLogarithmicError`;
/// p and t are at least 10⁻⁷, and below that the gradient is zero.
public struct MeanSquaredLogarithmicError: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "MeanSquaredLogarithmicError" }
  /// Keras's name of the function.
  public var name: String { "mean_squared_logarithmic_error" }

  /// The loss; it has no options.
  public init() {}

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    scoring.sumOfMeans(gradient) { p, t in
      let q = p < Clip.low ? Clip.low : p
      let difference = log1p(q) - log1p(t < Clip.low ? Clip.low : t)
      return (difference * difference, p < Clip.low ? 0 : 2 * difference / (1 + q))
    }
  }
}
