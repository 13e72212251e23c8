import Kernels
import Tensors

/// The mean of |p - t| over the features, as Keras's `MeanAbsoluteError`.
public struct MeanAbsoluteError: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "MeanAbsoluteError" }
  /// Keras's name of the function.
  public var name: String { "mean_absolute_error" }

  /// The loss; it has no options.
  public init() {}

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    scoring.sum(.absolute, gradient: gradient)
  }
}
