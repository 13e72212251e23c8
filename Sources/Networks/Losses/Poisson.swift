import Foundation
import Tensors

/// The mean of p - t·ln p over the features, with 10⁻⁷ added to p in the logarithm, as Keras's
/// `Poisson`.
public struct Poisson: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "Poisson" }
  /// Keras's name of the function.
  public var name: String { "poisson" }

  /// The loss; it has no options.
  public init() {}

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    scoring.sumOfMeans(gradient) { p, t in
      let q = p + Clip.low
      return (p - t * log(q), 1 - t / q)
    }
  }
}
