import Foundation
import Kernels
import Tensors

/// Adaptive moments (Kingma and Ba 2015), as Keras's `Adam` and `AdamW`.
///
///     m ← m + (1-β₁)(g - m);  v ← v + (1-β₂)(g² - v);  t = step + 1
///     w ← w - lr·√(1-β₂ᵗ)/(1-β₁ᵗ) · m / (√v + ε)     amsgrad: v̂ ← max(v̂, v) in place of v
public struct Adam: Optimizer {
  /// Keras's name of the class: `Adam` or `AdamW`.
  public private(set) var name = "Adam"
  /// What every optimizer has.
  public var settings: OptimizerSettings
  /// How much of the old mean gradient stays; Keras's `beta_1`.
  public var beta1: Double
  /// How much of the old mean square stays; Keras's `beta_2`.
  public var beta2: Double
  /// Added to the root.
  public var epsilon: Double
  /// Whether the largest mean square so far is divided by (Reddi, Kale and Kumar 2018).
  public var amsgrad: Bool

  /// Adam with Keras's defaults.
  public init(
    learningRate: any LearningRate = ConstantRate(0.001), beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-7, amsgrad: Bool = false,
    weightDecay: Double? = nil, clipping: Clipping? = nil
  ) {
    settings = OptimizerSettings(
      learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.amsgrad = amsgrad
  }

  /// The same under the name `AdamW`, with the weight decay that Keras gives it (Loshchilov and
  /// Hutter 2019).
  public static func withDecay(
    learningRate: any LearningRate = ConstantRate(0.001), weightDecay: Double? = 0.004,
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7, amsgrad: Bool = false,
    clipping: Clipping? = nil
  ) -> Adam {
    var adam = Adam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
      weightDecay: weightDecay, clipping: clipping)
    adam.name = "AdamW"
    return adam
  }

  /// Keras's names of the moments.
  public var momentNames: [String] {
    ["momentum", "velocity"] + (amsgrad ? ["velocity_hat"] : [])
  }

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
    updateAdam(
      count: range.count, weights: weights.base + first, gradient: gradient.base + first,
      momentum: moments[0].base + first, velocity: moments[1].base + first,
      largestVelocity: amsgrad ? moments[2].base + first : nil,
      alpha: correctedRate(learningRate, step: step), beta1: Float(beta1), beta2: Float(beta2),
      epsilon: Float(epsilon),
      preparation: preparation(scale: scale, learningRate: learningRate))
  }

  /// lr·√(1-β₂ᵗ)/(1-β₁ᵗ) in single precision, where Keras loses digits too: 1 - 0.999 there is
  /// 0.00099998713.
  private func correctedRate(_ learningRate: Float, step: Int) -> Float {
    let t = Float(step + 1)
    let (power1, power2) = (pow(Float(beta1), t), pow(Float(beta2), t))
    return learningRate * (1 - power2).squareRoot() / (1 - power1)
  }
}
