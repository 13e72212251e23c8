import Kernels
import Tensors

/// Follow the regularized leader (McMahan and others 2013), as Keras's `Ftrl`.
///
///     n' = n + g²;  z ← z + g + 2·shrinkage·w - (n'ᵖ - nᵖ) / lr · w;  p = -power
///     w ← (clip(z, -λ₁, λ₁) - z) / (n'ᵖ / lr + 2λ₂ + β / lr)
public struct Ftrl: Optimizer {
  /// Keras's name of the class.
  public let name = "Ftrl"
  /// What every optimizer has.
  public var settings: OptimizerSettings
  /// Minus p; Keras's `learning_rate_power`.
  public var power: Double
  /// What the sums of squares begin with; Keras's `initial_accumulator_value`.
  public var initialAccumulator: Double
  /// λ₁; Keras's `l1_regularization_strength`.
  public var l1: Double
  /// λ₂; Keras's `l2_regularization_strength`.
  public var l2: Double
  /// Keras's `l2_shrinkage_regularization_strength`.
  public var l2Shrinkage: Double
  /// A penalty that shrinks as the learning rate grows.
  public var beta: Double

  /// Ftrl with Keras's defaults.
  public init(
    learningRate: any LearningRate = ConstantRate(0.001), power: Double = -0.5,
    initialAccumulator: Double = 0.1, l1: Double = 0, l2: Double = 0, l2Shrinkage: Double = 0,
    beta: Double = 0, weightDecay: Double? = nil, clipping: Clipping? = nil
  ) {
    settings = OptimizerSettings(
      learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
    self.power = power
    self.initialAccumulator = initialAccumulator
    self.l1 = l1
    self.l2 = l2
    self.l2Shrinkage = l2Shrinkage
    self.beta = beta
  }

  /// Keras's names of the moments.
  public var momentNames: [String] { ["accumulator", "linear"] }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    (power > 0 || power.isNaN
      ? "learning_rate_power must be a number up to 0, not \(power)." : nil)
      ?? negative("initial_accumulator_value", initialAccumulator)
      ?? negative("l1_regularization_strength", l1)
      ?? negative("l2_regularization_strength", l2)
      ?? negative("l2_shrinkage_regularization_strength", l2Shrinkage)
      ?? negative("beta", beta) ?? settings.problem
  }

  /// What fills a moment before the first update.
  public func initialValue(of moment: String) -> Float {
    moment == "accumulator" ? Float(initialAccumulator) : 0
  }

  /// Updates a range of the weights and of the moments.
  public func update(
    _ range: Range<Int>, in parameter: Slot, of weights: Arena, gradient: Arena, moments: [Arena],
    scale: Float, step: Int, learningRate: Float
  ) {
    let first = range.lowerBound
    let penalty = Float(l2) + Float(beta) / (2 * learningRate)
    updateFtrl(
      count: range.count, weights: weights.base + first, gradient: gradient.base + first,
      accumulator: moments[0].base + first, linear: moments[1].base + first,
      options: FtrlOptions(
        learningRate: learningRate, power: Float(-power), l1: Float(l1), l2: penalty,
        l2Shrinkage: Float(l2Shrinkage)),
      preparation: preparation(scale: scale, learningRate: learningRate))
  }
}
