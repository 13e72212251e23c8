import Foundation
import Kernels
import Tensors

/// Adam with the largest gradient in place of the mean square (Kingma and Ba 2015), as Keras's
/// `Adamax`.
///
///     m ← m + (1-β₁)(g - m);  u ← max(β₂·u, |g|);  w ← w - lr·m / ((1-β₁ᵗ)(u + ε))
public struct Adamax: Optimizer {
  /// Keras's name of the class.
  public let name = "Adamax"
  /// What every optimizer has.
  public var settings: OptimizerSettings
  /// How much of the old mean gradient stays; Keras's `beta_1`.
  public var beta1: Double
  /// How much of the old norm stays; Keras's `beta_2`.
  public var beta2: Double
  /// Added to the norm.
  public var epsilon: Double

  /// Adamax with Keras's defaults.
  public init(
    learningRate: any LearningRate = ConstantRate(0.001), beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-7, weightDecay: Double? = nil,
    clipping: Clipping? = nil
  ) {
    settings = OptimizerSettings(
      learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// Keras's names of the moments.
  public var momentNames: [String] { ["momentum", "norm"] }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    outsideOfUnit("beta_1", beta1) ?? outsideOfUnit("beta_2", beta2)
      ?? negative("epsilon", epsilon) ?? settings.problem
  }

  /// Updates a range of the weights and of the moments.
  public func update(
    _ range: Range<Int>, in parameter: Slot, of weights: Arena, gradient: Arena, moments: [Arena],
    scale: Float, step: Int, learningRate: Float
  ) {
    let first = range.lowerBound
    updateAdamax(
      count: range.count, weights: weights.base + first, gradient: gradient.base + first,
      momentum: moments[0].base + first, norm: moments[1].base + first,
      learningRate: learningRate, correction: 1 - pow(Float(beta1), Float(step + 1)),
      beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon),
      preparation: preparation(scale: scale, learningRate: learningRate))
  }
}
