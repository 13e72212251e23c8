import Networks
import Tensors

/// Runs batches forward, in the shards of training, so that it reports the same digits.
public final class Evaluator {
  /// What is reported.
  public let objective: Objective
  private let network: Network
  private let runner: ShardRunner
  private let plan: ShardPlan
  private let workers: Workers
  private let weights: Arena
  private let panels: Arena
  private let desks: [Desk]
  private let states: States
  private let ledger: Ledger
  /// How many numbers all outputs of a sample have.
  public var outputCount: Int { network.outputCount }

  /// An evaluator that shares a trainer's weights and memory; to be used between its steps.
  ///
  /// - Parameters:
  ///   - trainer: the trainer.
  ///   - shape: the extents of a sample of the data, whose weights may be others than in training;
  ///     nil for those of training.
  /// - Throws: a sentence when the network cannot be run on such data.
  public init(_ trainer: Trainer, shape: SampleShape? = nil) throws(TrainingError) {
    objective = trainer.objective
    network = trainer.network
    runner =
      try shape.map { shape throws(TrainingError) in
        try ShardRunner(
          trainer.network, trainer.objective, shape, shorter: trainer.shorter)
      } ?? trainer.runner
    plan = trainer.settings.plan
    workers = trainer.workers
    weights = trainer.weights
    panels = trainer.replicas[0].panels
    desks = trainer.desks
    states = States(perRow: network.statesPerRow, capacity: plan.batchSize)
    ledger = Ledger(rows: plan.shards, width: objective.width)
  }

  /// An evaluator with memory of its own.
  ///
  /// - Parameters:
  ///   - network: built for shards of the plan's size.
  ///   - weights: the weights.
  ///   - shape: the extents of a sample of the data.
  ///   - objective: loss and metrics.
  ///   - plan: how batches are cut.
  ///   - workers: who does the work.
  /// - Throws: a sentence when the network is not one that can be run.
  public init(
    _ network: Network, weights: Arena, shape: SampleShape, objective: Objective,
    plan: ShardPlan, workers: Workers = Workers()
  ) throws(TrainingError) {
    let objective = objective.penalized(network)
    self.network = network
    self.objective = objective
    self.plan = plan
    self.workers = workers
    self.weights = weights
    runner = try ShardRunner(network, objective, shape)
    panels = Arena(count: network.panelCount)
    network.pack(weights, into: panels)
    desks = (0..<workers.count).map { _ in Desk(network, shape, subtrees: 0) }
    states = States(perRow: network.statesPerRow, capacity: plan.batchSize)
    ledger = Ledger(rows: plan.shards, width: objective.width)
  }

  /// Forgets the states of stateful layers.
  public func resetStates() { states.reset() }

  /// Adds the losses and metrics of a batch to `scores`.
  public func evaluate(_ batch: Batch, into scores: inout Scores) {
    forEachShard(batch) { worker, index, shard in
      runner.evaluate(shard, on: desks[worker], ledger[index])
    }
    ledger.fold(plan.used(batch.rows))
    if let place = objective.penalty {
      ledger[0][place] = network.penalty(of: weights) * Double(batch.rows)
      ledger[0][place + 1] = Double(batch.rows)
    }
    scores.add(ledger[0])
  }

  /// Computes the outputs of a batch, batch-major, into `result`, which has room for them: those of a
  /// row one after the other.
  public func predict(_ batch: Batch, into result: Arena) {
    precondition(result.count >= batch.rows * network.outputCount)
    forEachShard(batch) { worker, _, shard in
      runner.predict(shard, on: desks[worker], into: result.base)
    }
  }

  /// Runs a batch forward, and shows each shard in order while what its layers left is there.
  public func observe(_ batch: Batch, _ body: (borrowing Pass) throws -> Void) rethrows {
    for index in 0..<plan.used(batch.rows) {
      try runner.observe(shard(index, of: batch), on: desks[0], body)
    }
  }

  private func forEachShard(
    _ batch: Batch, _ body: (_ worker: Int, _ index: Int, _ shard: ShardRunner.Shard) -> Void
  ) {
    workers.forEach(plan.used(batch.rows)) { worker, index in
      body(worker, index, shard(index, of: batch))
    }
  }

  private func shard(_ index: Int, of batch: Batch) -> ShardRunner.Shard {
    ShardRunner.Shard(
      batch: batch, rows: plan.rows(of: index, in: batch.rows), weights: weights, panels: panels,
      states: states, noise: (0, 0, 0))
  }
}
