import Kernels
import Tensors

/// How weights follow their gradients: Keras 3's equations, defaults and order of steps.
///
/// An optimizer holds settings only; its moments are arenas that the trainer owns. `update` is one
/// pass over numbers that are each on their own, so threads may take disjoint ranges and the result
/// does not depend on where they are cut; optimizers that look at all of a parameter first say so.
public protocol Optimizer: Sendable {
  /// Keras's name of the class, for example `Adam`.
  var name: String { get }
  /// What every optimizer has.
  var settings: OptimizerSettings { get set }
  /// Keras's names of the moments, an arena each, in the order in which Keras makes them.
  var momentNames: [String] { get }
  /// A sentence about settings that make no sense; nil when they do.
  var problem: String? { get }
  /// Whether ranges are those of whole parameters.
  var updatesWholeParameters: Bool { get }
  /// Whether a weight and its moments stay as they are where the gradient is zero.
  var ignoresZeroGradients: Bool { get }

  /// What fills a moment before the first update.
  func initialValue(of moment: String) -> Float

  /// Updates a range of the weights and of the moments.
  ///
  /// - Parameters:
  ///   - range: which numbers of the arenas.
  ///   - parameter: the parameter that they belong to.
  ///   - weights: the weights.
  ///   - gradient: the sum of the gradients; not changed.
  ///   - moments: an arena for each of `momentNames`, with their initial values before the first
  ///     update; more may follow.
  ///   - scale: what the gradient is multiplied by first: 1 / the batch's weight, times what
  ///     clipping by a norm asks for. Clipping by value then happens here.
  ///   - step: how many updates were made before.
  ///   - learningRate: the rate of this update.
  func update(
    _ range: Range<Int>, in parameter: Slot, of weights: Arena, gradient: Arena, moments: [Arena],
    scale: Float, step: Int, learningRate: Float)
}

extension Optimizer {
  /// Whether ranges are those of whole parameters: not so, where each number is on its own.
  public var updatesWholeParameters: Bool { false }

  /// Whether a weight and its moments stay as they are where the gradient is zero: moments rarely do.
  public var ignoresZeroGradients: Bool { false }

  /// What fills a moment before the first update: zeros.
  public func initialValue(of moment: String) -> Float { 0 }

  /// The learning rate by the number of updates.
  public var learningRate: any LearningRate {
    get { settings.learningRate }
    set { settings.learningRate = newValue }
  }

  /// What every weight loses of itself in an update, over the learning rate.
  public var weightDecay: Double? {
    get { settings.weightDecay }
    set { settings.weightDecay = newValue }
  }

  /// How gradients are limited.
  public var clipping: Clipping? {
    get { settings.clipping }
    set { settings.clipping = newValue }
  }

  /// The moving average of the weights that is kept beside them.
  public var average: WeightAverage? {
    get { settings.average }
    set { settings.average = newValue }
  }

  /// The names of all that is kept between updates: the moments, and the average of the weights.
  public var stateNames: [String] { momentNames + (average == nil ? [] : ["average"]) }

  /// The learning rate of an update.
  ///
  /// - Parameter step: how many updates were made before.
  /// - Returns: the rate. Where the optimizer counts the batches of an update, a schedule sees the
  ///   number of batches before the last of them, as in Keras.
  public func rate(at step: Int) -> Double {
    guard let batches = settings.gradientAccumulationSteps else {
      return learningRate.value(at: step)
    }
    return learningRate.value(at: step * batches + batches - 1)
  }

  /// Updates a range of the weights and of all that is kept between updates.
  ///
  /// - Parameters:
  ///   - range: which numbers of the arenas.
  ///   - parameter: the parameter that they belong to.
  ///   - weights: the weights.
  ///   - gradient: the sum of the gradients; not changed.
  ///   - state: an arena for each of `stateNames`.
  ///   - scale: what the gradient is multiplied by first.
  ///   - step: how many updates were made before.
  ///   - learningRate: the rate of this update.
  public func apply(
    _ range: Range<Int>, in parameter: Slot, of weights: Arena, gradient: Arena, state: [Arena],
    scale: Float, step: Int, learningRate: Float
  ) {
    update(
      range, in: parameter, of: weights, gradient: gradient, moments: state, scale: scale,
      step: step, learningRate: learningRate)
    guard let average, let arena = state.last else { return }
    let (weights, mean) = (weights.base + range.lowerBound, arena.base + range.lowerBound)
    // The first average is the weights themselves.
    updateAverage(
      count: range.count, weights: weights, average: mean,
      momentum: step == 0 ? 0 : Float(average.momentum))
    if let frequency = average.overwriteFrequency, (step + 1) % frequency == 0 {
      weights.update(from: mean, count: range.count)
    }
  }

  /// What is done to gradients and weights before the optimizer's own equation.
  func preparation(scale: Float, learningRate: Float) -> UpdatePreparation {
    UpdatePreparation(
      scale: scale, clip: clipping?.limit ?? .infinity,
      decay: Float(weightDecay ?? 0) * learningRate)
  }
}
