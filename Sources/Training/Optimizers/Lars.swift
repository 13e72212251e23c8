import Kernels
import Tensors

/// Gradient descent with momentum whose steps are in proportion to the weights of each parameter
/// (You, Gitman and Ginsburg 2017, "Large Batch Training of Convolutional Networks", algorithm 1).
///
///     r = η·‖w‖ / (‖g‖ + β·‖w‖ + ε), η where w or g is all zeros
///     v ← μ·v - lr·r·(g + β·w);  w ← w + v
///
/// Keras has no such optimizer: checkpoints name it `Lockstep>Lars`, and files for Keras leave it out.
/// The weight decay β is part of the gradient, as in the paper, and not a step of its own before the
/// update. As with `Lamb`, no parameter is exempt, and one of zeros is taken to be as long as its gradient;
/// others take r = 1 there, by which biases leap away at the large rates that LARS is for.
public struct Lars: Optimizer {
  /// The name of the class.
  public let name = "Lars"
  /// What every optimizer has.
  public var settings: OptimizerSettings
  /// μ, how much of the last step goes on.
  public var momentum: Double
  /// η, how long a step is beside the weights at a rate of 1; the paper's trust coefficient.
  public var trustCoefficient: Double
  /// ε, added to the divisor of the ratio.
  public var epsilon: Double

  /// LARS with the paper's momentum and trust coefficient.
  public init(
    learningRate: any LearningRate = ConstantRate(1), momentum: Double = 0.9,
    trustCoefficient: Double = 0.001, epsilon: Double = 1e-8, weightDecay: Double? = nil,
    clipping: Clipping? = nil
  ) {
    settings = OptimizerSettings(
      learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
    self.momentum = momentum
    self.trustCoefficient = trustCoefficient
    self.epsilon = epsilon
  }

  /// The name of the moment, as that of Keras's `SGD`.
  public var momentNames: [String] { ["momentum"] }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    outsideOfUnit("momentum", momentum) ?? negative("trust_coefficient", trustCoefficient)
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
    let (weights, slopes) = (weights.base + first, gradient.base + first)
    let preparation = UpdatePreparation(scale: scale, clip: clipping?.limit ?? .infinity)
    let squares = measureLars(
      count: count, weights: weights, gradient: slopes, preparation: preparation)
    applyLars(
      count: count, weights: weights, gradient: slopes, velocity: moments[0].base + first,
      rate: learningRate * ratio(squares), momentum: Float(momentum),
      decay: Float(weightDecay ?? 0), preparation: preparation)
  }

  /// r; a gradient that is not finite must not pass for one without length.
  private func ratio(_ squares: (weights: Double, gradient: Double)) -> Float {
    guard squares.weights != 0, squares.gradient != 0 else { return Float(trustCoefficient) }
    let (w, g) = (squares.weights.squareRoot(), squares.gradient.squareRoot())
    return Float(trustCoefficient * w / (g + (weightDecay ?? 0) * w + epsilon))
  }
}
