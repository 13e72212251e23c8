import Foundation
import Tensors

/// 100 times the mean of |p - t| / |t| over the features, |t| at least 10⁻⁷, as Keras's
/// `MeanAbsolutePercentageError`.
public struct MeanAbsolutePercentageError: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "MeanAbsolutePercentageError" }
  /// Keras's name of the function.
  public var name: String { "mean_absolute_percentage_error" }

  /// The loss; it has no options.
  public init() {}

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    scoring.sumOfMeans(gradient) { p, t in
      let (distance, scale) = (p - t, 100 / max(abs(t), Clip.low))
      let sign: Double = distance > 0 ? 1 : distance < 0 ? -1 : distance
      return (abs(distance) * scale, sign * scale)
    }
  }
}
