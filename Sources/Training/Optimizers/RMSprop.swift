import Kernels
import Tensors

/// Gradients over the root of their mean square (Hinton 2012), as Keras's `RMSprop`.
///
///     v ← ρ·v + (1-ρ)·g²;  d = v + ε      centered: a ← ρ·a + (1-ρ)·g;  d = v - a² + ε
///     i = lr·g / √d;  w ← w - i           with momentum μ: q ← μ·q + i;  w ← w - q
public struct RMSprop: Optimizer {
  /// Keras's name of the class.
  public let name = "RMSprop"
  /// What every optimizer has.
  public var settings: OptimizerSettings
  /// How much of the old mean square stays.
  public var rho: Double
  /// How much of the last step goes on, 0 for none.
  public var momentum: Double
  /// Added under the root.
  public var epsilon: Double
  /// Whether epsilon is added to the root and not under it, as in Keras 1 and old versions of
  /// Keras 2.
  public var epsilonOutsideRoot = false
  /// Whether the variance of the gradients is taken instead of their mean square.
  public var centered: Bool

  /// RMSprop with Keras's defaults.
  public init(
    learningRate: any LearningRate = ConstantRate(0.001), rho: Double = 0.9, momentum: Double = 0,
    epsilon: Double = 1e-7, centered: Bool = false, weightDecay: Double? = nil,
    clipping: Clipping? = nil
  ) {
    settings = OptimizerSettings(
      learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
    self.rho = rho
    self.momentum = momentum
    self.epsilon = epsilon
    self.centered = centered
  }

  /// Keras's names of the moments.
  public var momentNames: [String] {
    ["velocity"] + (momentum > 0 ? ["momentum"] : []) + (centered ? ["average_gradient"] : [])
  }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    outsideOfUnit("rho", rho) ?? outsideOfUnit("momentum", momentum)
      ?? negative("epsilon", epsilon) ?? settings.problem
  }

  /// Updates a range of the weights and of the moments.
  public func update(
    _ range: Range<Int>, in parameter: Slot, of weights: Arena, gradient: Arena, moments: [Arena],
    scale: Float, step: Int, learningRate: Float
  ) {
    let first = range.lowerBound
    updateRMSprop(
      count: range.count, weights: weights.base + first, gradient: gradient.base + first,
      velocity: moments[0].base + first,
      average: centered ? moments[momentum > 0 ? 2 : 1].base + first : nil,
      momentums: momentum > 0 ? moments[1].base + first : nil, learningRate: learningRate,
      rho: Float(rho), momentum: Float(momentum), epsilon: Float(epsilon),
      epsilonOutsideRoot: epsilonOutsideRoot,
      preparation: preparation(scale: scale, learningRate: learningRate))
  }
}
