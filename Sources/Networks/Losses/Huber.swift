import Kernels
import Tensors

/// The mean over the features of (p - t)² / 2 near the target and of a straight line further off
/// (Huber 1964), as Keras's `Huber`.
public struct Huber: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "Huber" }
  /// Keras's name of the function.
  public var name: String { "huber" }
  /// The distance at which the line begins.
  public var delta: Double

  /// The loss with Keras's default.
  public init(delta: Double = 1) { self.delta = delta }

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    scoring.sum(.huber(delta: Float(delta)), gradient: gradient)
  }
}
