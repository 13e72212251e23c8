import KerasFormat
import Networks

/// The optimizer of a run: the recipe's, or that of the model's file, which goes on where it stopped.
struct Continuation {
  let optimizer: any Optimizer
  /// The state to go on from; nil where the optimizer begins.
  let state: OptimizerState?
  /// What a person should know of it.
  let notes: [String]

  /// - Parameters:
  ///   - recipe: what to do.
  ///   - saved: the model's file; nil where the recipe says the layers.
  /// - Throws: a sentence when the file's optimizer is none of ours.
  init(_ recipe: Recipe, _ saved: SavedModel?) throws(TrainingError) {
    let own = saved.flatMap { $0.optimizer ?? $0.unusedOptimizer }
    if let optimizer = try recipe.optimizer() {
      (self.optimizer, state) = (optimizer, nil)
      notes = own == nil ? [] : ["\(optimizer.name) begins anew, since the recipe names it."]
    } else if let own {
      do throws(TrainingError) { optimizer = try own.optimizer() } catch {
        throw TrainingError(
          "Going on with the optimizer of the model: \(error.description.withStop) Name one in "
            + "training.optimizer to begin with.", kind: .data)
      }
      state = own
      notes = [Self.sentence(own, optimizer)] + Self.leftOut(own)
    } else {
      (optimizer, state) = (Adam(), nil)
      notes = saved == nil ? [] : ["The model's file has no optimizer, so Adam begins."]
    }
  }

  /// How many batches make an update: what the file's optimizer says, unless the recipe does.
  func accumulateSteps(_ recipe: Recipe) throws(TrainingError) -> Int {
    let asked = recipe.training.accumulateSteps
    guard state != nil, let own = optimizer.settings.gradientAccumulationSteps else { return asked }
    guard asked == 1 || asked == own else {
      throw TrainingError(
        "training.accumulate_steps: it is \(asked), and the optimizer of the model adds up \(own) "
          + "batches. Leave it out, or name a new optimizer.", kind: .data)
    }
    return own
  }

  private static func sentence(_ state: OptimizerState, _ optimizer: any Optimizer) -> String {
    let step = state.iteration ?? 0
    guard step > 0 else { return "\(optimizer.name) begins, as the model was compiled with it." }
    return "\(optimizer.name) goes on after the \(step) updates that the model has behind it, with "
      + "a learning rate of \(Float(optimizer.rate(at: step)))."
  }

  private static func leftOut(_ state: OptimizerState) -> [String] {
    guard state.pendingBatches > 0 else { return [] }
    return ["The gradients of \(state.pendingBatches) batches without an update are left out."]
  }
}
