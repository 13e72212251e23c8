import Kernels
import Tensors

/// The mean of ln cosh(p - t) over the features, as Keras's `LogCosh`.
public struct LogCosh: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "LogCosh" }
  /// Keras's name of the function.
  public var name: String { "log_cosh" }

  /// The loss; it has no options.
  public init() {}

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    scoring.sum(.logCosh, gradient: gradient)
  }
}
