import Foundation
import Tensors

/// Binary cross-entropy with the weight (1 - p of the target)^γ, less for what is predicted well, as
/// Keras's `BinaryFocalCrossentropy`: the focal loss of Lin and others, 2018.
public struct BinaryFocalCrossentropy: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "BinaryFocalCrossentropy" }
  /// Keras's name of the function.
  public var name: String { "binary_focal_crossentropy" }
  /// Whether targets of one are weighted by α and those of zero by 1 - α.
  public var applyClassBalancing = false
  /// The weight α of targets of one.
  public var alpha = 0.25
  /// The exponent γ.
  public var gamma = 2.0
  /// Whether predictions are logits.
  public var fromLogits = false
  /// The share s of a target that is replaced by one half: t·(1-s) + s/2.
  public var labelSmoothing = 0.0

  /// The loss with Keras's defaults.
  public init() {}

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    scoring.sumOfMeans(gradient) { prediction, target in
      let p = fromLogits ? 1 / (1 + exp(-prediction)) : prediction
      let (loss, slope) = focal(p, target * (1 - labelSmoothing) + labelSmoothing / 2)
      return (loss, fromLogits ? slope * p * (1 - p) : slope)
    }
  }

  private func focal(_ p: Double, _ t: Double) -> (loss: Double, slope: Double) {
    let q = Clip(p)
    let entropy = -t * log(q.value) - (1 - t) * log(1 - q.value)
    let entropySlope = q.isInside ? (1 - t) / (1 - q.value) - t / q.value : 0
    let miss = 1 - t * p - (1 - t) * (1 - p)
    let factor = pow(miss, gamma)
    let factorSlope = gamma == 0 ? 0 : gamma * pow(miss, gamma - 1) * (1 - 2 * t)
    let balance = applyClassBalancing ? t * alpha + (1 - t) * (1 - alpha) : 1
    return (
      balance * factor * entropy, balance * (factorSlope * entropy + factor * entropySlope)
    )
  }
}
