import Kernels
import Tensors

/// Steps as large as earlier ones were (Zeiler 2012), as Keras's `Adadelta`.
///
///     a ← ρ·a + (1-ρ)·g²;  δ = -g·√(d + ε) / √(a + ε);  d ← ρ·d + (1-ρ)·δ²;  w ← w + lr·δ
public struct Adadelta: Optimizer {
  /// Keras's name of the class.
  public let name = "Adadelta"
  /// What every optimizer has.
  public var settings: OptimizerSettings
  /// How much of the old mean squares stays.
  public var rho: Double
  /// Added under the roots.
  public var epsilon: Double

  /// Adadelta with Keras's defaults.
  public init(
    learningRate: any LearningRate = ConstantRate(0.001), rho: Double = 0.95,
    epsilon: Double = 1e-7, weightDecay: Double? = nil, clipping: Clipping? = nil
  ) {
    settings = OptimizerSettings(
      learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
    self.rho = rho
    self.epsilon = epsilon
  }

  /// Keras's names of the moments.
  public var momentNames: [String] { ["accumulated_grad", "accumulated_delta_var"] }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    outsideOfUnit("rho", rho) ?? negative("epsilon", epsilon) ?? settings.problem
  }

  /// Updates a range of the weights and of the moments.
  public func update(
    _ range: Range<Int>, in parameter: Slot, of weights: Arena, gradient: Arena, moments: [Arena],
    scale: Float, step: Int, learningRate: Float
  ) {
    let first = range.lowerBound
    updateAdadelta(
      count: range.count, weights: weights.base + first, gradient: gradient.base + first,
      gradients: moments[0].base + first, deltas: moments[1].base + first,
      learningRate: learningRate, rho: Float(rho), epsilon: Float(epsilon),
      preparation: preparation(scale: scale, learningRate: learningRate))
  }
}
