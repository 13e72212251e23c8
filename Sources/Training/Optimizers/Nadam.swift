import Foundation
import Kernels
import Tensors

/// Adam with Nesterov's momentum (Dozat 2016), as Keras's `Nadam`.
///
///     μₜ = β₁(1 - 0.96ᵗ / 2);  Pₜ = μ₁ ⋯ μₜ;  m and v as Adam's;  t = step + 1
///     m̂ = μₜ₊₁·m / (1 - Pₜ₊₁) + (1-μₜ)·g / (1 - Pₜ);  w ← w - lr·m̂ / (√(v / (1-β₂ᵗ)) + ε)
public struct Nadam: Optimizer {
  /// Keras's name of the class.
  public let name = "Nadam"
  /// What every optimizer has.
  public var settings: OptimizerSettings
  /// How much of the old mean gradient stays; Keras's `beta_1`.
  public var beta1: Double
  /// How much of the old mean square stays; Keras's `beta_2`.
  public var beta2: Double
  /// Added to the root.
  public var epsilon: Double
  /// What multiplies t in 0.96ᵗ: 1 in Keras 3, 0.004 in Keras 1 and old versions of Keras 2, where it
  /// is called `schedule_decay`.
  public var scheduleDecay = 1.0

  /// Nadam with Keras's defaults.
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

  /// Updates a range of the weights and of the moments.
  public func update(
    _ range: Range<Int>, in parameter: Slot, of weights: Arena, gradient: Arena, moments: [Arena],
    scale: Float, step: Int, learningRate: Float
  ) {
    let first = range.lowerBound
    updateNadam(
      count: range.count, weights: weights.base + first, gradient: gradient.base + first,
      momentum: moments[0].base + first, velocity: moments[1].base + first,
      step: factors(step), learningRate: learningRate, beta1: Float(beta1), beta2: Float(beta2),
      epsilon: Float(epsilon),
      preparation: preparation(scale: scale, learningRate: learningRate))
  }

  /// Pₜ, the product of the momenta of all updates so far, which Keras keeps as a variable.
  ///
  ///     ln Pₜ = t·ln β₁ + Σₖ ln(1 - qᵏ/2) = t·ln β₁ - Σⱼ (qʲ + q²ʲ + ⋯ + qᵗʲ) / (j·2ʲ)
  ///
  /// - Parameter updates: t, how many updates were made.
  /// - Returns: the product; 1 before the first update.
  public func momentumProduct(after updates: Int) -> Double {
    let base = pow(0.96, scheduleDecay)
    let last = pow(base, Double(updates))
    var (power, lastPower, half, sum) = (1.0, 1.0, 1.0, 0.0)
    for j in 1...50 {
      power *= base
      lastPower *= last
      half /= 2
      // A base of 1 makes all terms of the inner sum 1.
      let terms = power == 1 ? Double(updates) : power * (1 - lastPower) / (1 - power)
      sum += half / Double(j) * terms
    }
    return pow(beta1, Double(updates)) * exp(-sum)
  }

  private func factors(_ step: Int) -> NadamStep {
    let t = Float(step + 1)
    let (base, beta) = (Float(0.96), Float(beta1))
    let decay = Float(scheduleDecay)
    let now = beta * (1 - 0.5 * pow(base, decay * t))
    let next = beta * (1 - 0.5 * pow(base, decay * (t + 1)))
    let product = Float(momentumProduct(after: step + 1))
    return NadamStep(
      momentumFactor: next / (1 - product * next), gradientFactor: (1 - now) / (1 - product),
      correction: 1 - pow(Float(beta2), t))
  }
}
