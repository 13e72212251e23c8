import Kernels
import Tensors

/// How weights follow their gradients: Keras 3's equations, defaults and order of steps.
///
/// An optimizer holds settings only; its moments are arenas that the trainer owns. `update` is one
/// pass in which every number is on its own, so threads may take disjoint ranges, and the result
/// does not depend on where they are cut.
public protocol Optimizer: Sendable {
  /// Keras's name of the class, for example `Adam`.
  var name: String { get }
  /// The learning rate by the number of updates.
  var learningRate: any LearningRate { get set }
  /// Before each update every weight, biases too, loses this times the learning rate times itself.
  var weightDecay: Double? { get set }
  /// How gradients are limited.
  var clipping: Clipping? { get set }
  /// Keras's names of the moments, an arena each, in the order in which Keras makes them.
  var momentNames: [String] { get }
  /// A sentence about settings that make no sense; nil when they do.
  var problem: String? { get }

  /// Updates a range of the weights and of the moments.
  ///
  /// - Parameters:
  ///   - range: which numbers of the arenas.
  ///   - weights: the weights.
  ///   - gradient: the sum of the gradients; not changed.
  ///   - moments: an arena for each of `momentNames`, zeros before the first update.
  ///   - scale: what the gradient is multiplied by first: 1 / the batch's weight, times what
  ///     clipping by a norm asks for. Clipping by value then happens here.
  ///   - step: how many updates were made before.
  ///   - learningRate: the rate of this update.
  func update(
    _ range: Range<Int>, of weights: Arena, gradient: Arena, moments: [Arena], scale: Float,
    step: Int, learningRate: Float)
}

extension Optimizer {
  /// What is wrong with the settings that all optimizers have.
  var commonProblem: String? {
    learningRate.problem ?? weightDecay.flatMap { negative("weight_decay", $0) }
      ?? clipping?.problem
  }

  /// What is done to gradients and weights before the optimizer's own equation.
  func preparation(scale: Float, learningRate: Float) -> UpdatePreparation {
    UpdatePreparation(
      scale: scale, clip: clipping?.limit ?? .infinity,
      decay: Float(weightDecay ?? 0) * learningRate)
  }
}
