/// How the replicas of a run are kept together.
public enum Averaging: Sendable, Hashable {
  /// Gradients are averaged every step: exactly the gradient of the large batch.
  case gradients
  /// Each of `replicas` takes steps of its own on its part of each batch; every `steps` steps
  /// weights and moments are averaged (local SGD).
  case weights(replicas: Int, steps: Int)

  /// How many replicas there are.
  var replicas: Int {
    if case .weights(let replicas, _) = self { replicas } else { 1 }
  }
}

/// What decides the numbers of a run beside model, data and optimizer; kept in the checkpoint.
public struct EngineSettings: Sendable, Hashable {
  /// How batches are cut.
  public var plan: ShardPlan
  /// How many batches make an update.
  public var accumulateSteps: Int
  /// How replicas are kept together.
  public var averaging: Averaging
  /// Where initial weights and dropout come from.
  public var seed: UInt64
  /// Whether layers behave as in inference though weights are trained: no dropout, and moving
  /// statistics in place of the batch's; for comparing with other programs.
  public var isInference = false

  /// Settings of a run.
  ///
  /// - Parameters:
  ///   - plan: how batches are cut.
  ///   - accumulateSteps: how many batches make an update.
  ///   - averaging: how replicas are kept together.
  ///   - seed: where initial weights and dropout come from.
  /// - Throws: a sentence when the numbers do not fit.
  public init(
    plan: ShardPlan, accumulateSteps: Int = 1, averaging: Averaging = .gradients, seed: UInt64 = 0
  ) throws(TrainingError) {
    guard accumulateSteps > 0 else {
      throw TrainingError("accumulate_steps must be positive, not \(accumulateSteps).")
    }
    if case .weights(let replicas, let steps) = averaging {
      guard replicas > 0, replicas & (replicas - 1) == 0, replicas <= plan.shards else {
        throw TrainingError(
          "Averaging weights needs a power of two of replicas, at most one for each of the "
            + "\(plan.shards) shards of a batch, not \(replicas).")
      }
      guard steps > 0 else {
        throw TrainingError("Weights can be averaged every 1, 2, … steps, not every \(steps).")
      }
    }
    self.plan = plan
    self.accumulateSteps = accumulateSteps
    self.averaging = averaging
    self.seed = seed
  }
}
