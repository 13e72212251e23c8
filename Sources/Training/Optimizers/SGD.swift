import Kernels
import Tensors

/// Gradient descent, with momentum if wanted, as Keras's `SGD`.
///
///     w ← w - lr·g                        without momentum
///     v ← μ·v - lr·g;  w ← w + v          with momentum μ; nesterov: w ← w + μ·v - lr·g
public struct SGD: Optimizer {
  /// Keras's name of the class.
  public let name = "SGD"
  /// What every optimizer has.
  public var settings: OptimizerSettings
  /// How much of the last step goes on, 0 for none.
  public var momentum: Double
  /// Whether the gradient is applied once more on top of the momentum.
  public var nesterov: Bool

  /// Gradient descent with Keras's defaults.
  public init(
    learningRate: any LearningRate = ConstantRate(0.01), momentum: Double = 0,
    nesterov: Bool = false, weightDecay: Double? = nil, clipping: Clipping? = nil
  ) {
    settings = OptimizerSettings(
      learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
    self.momentum = momentum
    self.nesterov = nesterov
  }

  /// Keras's names of the moments.
  public var momentNames: [String] { momentum == 0 ? [] : ["momentum"] }

  /// Whether a weight stays as it is where the gradient is zero.
  public var ignoresZeroGradients: Bool { momentum == 0 && (weightDecay ?? 0) == 0 }

  /// A sentence about settings that make no sense.
  public var problem: String? { outsideOfUnit("momentum", momentum) ?? settings.problem }

  /// Updates a range of the weights and of the moments.
  public func update(
    _ range: Range<Int>, in parameter: Slot, of weights: Arena, gradient: Arena, moments: [Arena],
    scale: Float, step: Int, learningRate: Float
  ) {
    let first = range.lowerBound
    let preparation = preparation(scale: scale, learningRate: learningRate)
    if momentum == 0 {
      updateSGD(
        count: range.count, weights: weights.base + first, gradient: gradient.base + first,
        learningRate: learningRate, preparation: preparation)
    } else {
      updateMomentum(
        count: range.count, weights: weights.base + first, gradient: gradient.base + first,
        velocity: moments[0].base + first, learningRate: learningRate, momentum: Float(momentum),
        nesterov: nesterov, preparation: preparation)
    }
  }
}
