import KerasFormat
import Networks
import Tensors

extension SavedModel {
  /// Says the optimizer of an older Keras in the order and the words of Keras 3, in which models are
  /// written.
  ///
  /// What the older equations did otherwise and Keras 3 has no option for is lost.
  ///
  /// - Throws: a sentence that names the class or option that we do not have, or arrays that do not
  ///   fit the model.
  public mutating func translateOptimizer() throws {
    guard let state = optimizer, state.generation != .keras3 else { return }
    let optimizer = try state.optimizer()
    let count = network.parameterCount
    let arenas =
      try state.moments(optimizer.stateNames, of: trainedParameters, count: count)
      ?? optimizer.stateNames.map { _ in Arena(count: count) }
    let step = state.iteration ?? 0
    self.optimizer = try OptimizerState(
      of: optimizer, step: step, learningRate: Float(optimizer.learningRate.value(at: step)),
      state: arenas, model: network.name, parameters: trainedParameters)
  }
}
