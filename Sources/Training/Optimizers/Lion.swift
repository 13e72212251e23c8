import Kernels
import Tensors

/// The sign of a mean gradient (Chen and others 2023), as Keras's `Lion`.
///
///     w ← w - lr·sign(β₁·m + (1-β₁)·g);  m ← β₂·m + (1-β₂)·g
public struct Lion: Optimizer {
  /// Keras's name of the class.
  public let name = "Lion"
  /// What every optimizer has.
  public var settings: OptimizerSettings
  /// How much the mean gradient counts in a step; Keras's `beta_1`.
  public var beta1: Double
  /// How much of the old mean gradient stays; Keras's `beta_2`.
  public var beta2: Double

  /// Lion with Keras's defaults.
  public init(
    learningRate: any LearningRate = ConstantRate(0.001), beta1: Double = 0.9,
    beta2: Double = 0.99, weightDecay: Double? = nil, clipping: Clipping? = nil
  ) {
    settings = OptimizerSettings(
      learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
    self.beta1 = beta1
    self.beta2 = beta2
  }

  /// Keras's names of the moments.
  public var momentNames: [String] { ["momentum"] }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    outsideOfUnit("beta_1", beta1) ?? outsideOfUnit("beta_2", beta2) ?? settings.problem
  }

  /// Updates a range of the weights and of the moments.
  public func update(
    _ range: Range<Int>, in parameter: Slot, of weights: Arena, gradient: Arena, moments: [Arena],
    scale: Float, step: Int, learningRate: Float
  ) {
    let first = range.lowerBound
    updateLion(
      count: range.count, weights: weights.base + first, gradient: gradient.base + first,
      momentum: moments[0].base + first, learningRate: learningRate, beta1: Float(beta1),
      beta2: Float(beta2), preparation: preparation(scale: scale, learningRate: learningRate))
  }
}
