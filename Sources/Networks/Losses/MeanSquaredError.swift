import Kernels
import Tensors

/// The mean of (p - t)² over the features, as Keras's `MeanSquaredError`.
public struct MeanSquaredError: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "MeanSquaredError" }
  /// Keras's name of the function.
  public var name: String { "mean_squared_error" }

  /// The loss; it has no options.
  public init() {}

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    scoring.sum(.squared, gradient: gradient)
  }
}
