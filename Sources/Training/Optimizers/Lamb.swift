import Foundation
import Kernels
import Tensors

/// Adam whose steps are as long as the weights of each parameter (You and others 2020), as Keras's
/// `Lamb`.
///
///     m, v as Adam's;  d = m / (1-β₁ᵗ) / (√(v / (1-β₂ᵗ)) + ε);  w ← w - lr·‖w‖ / ‖d‖·d
public struct Lamb: Optimizer {
  /// Keras's name of the class.
  public let name = "Lamb"
  /// What every optimizer has.
  public var settings: OptimizerSettings
  /// How much of the old mean gradient stays; Keras's `beta_1`.
  public var beta1: Double
  /// How much of the old mean square stays; Keras's `beta_2`.
  public var beta2: Double
  /// Added to the root.
  public var epsilon: Double

  /// Lamb with Keras's defaults.
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
  public var momentNames: [String] { ["momentum", "velocity"] }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    outsideOfUnit("beta_1", beta1) ?? outsideOfUnit("beta_2", beta2)
      ?? negative("epsilon", epsilon) ?? settings.problem
  }

  /// Norms are those of whole parameters.
  public var updatesWholeParameters: Bool { true }

  /// Updates a range of the weights and of the moments.
  public func update(
    _ range: Range<Int>, in parameter: Slot, of weights: Arena, gradient: Arena, moments: [Arena],
    scale: Float, step: Int, learningRate: Float
  ) {
    let (count, first) = (range.count, range.lowerBound)
    let t = Float(step + 1)
    let (weights, m, v) = (weights.base + first, moments[0].base + first, moments[1].base + first)
    let direction = LambStep(
      correction1: 1 - pow(Float(beta1), t), correction2: 1 - pow(Float(beta2), t),
      epsilon: Float(epsilon))
    let squares = prepareLamb(
      count: count, weights: weights, gradient: gradient.base + first, momentum: m, velocity: v,
      step: direction, beta1: Float(beta1), beta2: Float(beta2),
      preparation: preparation(scale: scale, learningRate: learningRate))
    applyLamb(
      count: count, weights: weights, momentum: m, velocity: v, step: direction,
      rate: learningRate * ratio(squares))
  }

  /// ‖w‖ / ‖d‖; 1 where one of them is 0.
  private func ratio(_ squares: (weights: Double, direction: Double)) -> Float {
    // A direction that is not finite must not pass for one without length.
    guard squares.weights != 0, squares.direction != 0 else { return 1 }
    return Float((squares.weights / squares.direction).squareRoot())
  }
}
