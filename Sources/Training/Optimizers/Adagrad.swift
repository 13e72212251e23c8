import Kernels
import Tensors

/// Gradients over the root of the sum of their squares (Duchi, Hazan and Singer 2011), as Keras's
/// `Adagrad`.
///
///     a ← a + g²;  w ← w - lr·g / √(a + ε)
public struct Adagrad: Optimizer {
  /// Keras's name of the class.
  public let name = "Adagrad"
  /// What every optimizer has.
  public var settings: OptimizerSettings
  /// What the sums of squares begin with; Keras's `initial_accumulator_value`.
  public var initialAccumulator: Double
  /// Added under the root.
  public var epsilon: Double
  /// Whether epsilon is added to the root and not under it, as in Keras 1 and old versions of
  /// Keras 2.
  public var epsilonOutsideRoot = false

  /// Adagrad with Keras's defaults.
  public init(
    learningRate: any LearningRate = ConstantRate(0.001), initialAccumulator: Double = 0.1,
    epsilon: Double = 1e-7, weightDecay: Double? = nil, clipping: Clipping? = nil
  ) {
    settings = OptimizerSettings(
      learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
    self.initialAccumulator = initialAccumulator
    self.epsilon = epsilon
  }

  /// Keras's names of the moments.
  public var momentNames: [String] { ["accumulator"] }

  /// Whether a weight and its sum stay as they are where the gradient is zero, and 0 / 0 is not to fear.
  public var ignoresZeroGradients: Bool { epsilon > 0 && (weightDecay ?? 0) == 0 }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    negative("initial_accumulator_value", initialAccumulator)
      ?? negative("epsilon", epsilon) ?? settings.problem
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
    updateAdagrad(
      count: range.count, weights: weights.base + first, gradient: gradient.base + first,
      accumulator: moments[0].base + first, learningRate: learningRate, epsilon: Float(epsilon),
      epsilonOutsideRoot: epsilonOutsideRoot,
      preparation: preparation(scale: scale, learningRate: learningRate))
  }
}
