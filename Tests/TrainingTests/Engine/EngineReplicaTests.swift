import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Averaging weights beside the plain way to do it: a trainer for each replica, and means by hand.
@Suite struct EngineReplicaTests {
  /// Without dropout, whose masks follow the rows of the whole batch.
  static let plainModel = Sequential(
    input: Shape([5, 3]), [LSTM(6, returnSequences: true), GRU(5), Dense(2)])

  @Test(
    arguments: [(2, 1), (2, 3), (4, 1), (4, 5), (1, 2)],
    [
      Adam(learningRate: ConstantRate(0.02), clipping: .norm(0.1)),
      SGD(learningRate: ConstantRate(0.1), momentum: 0.9, clipping: .globalNorm(0.2)),
    ] as [any Optimizer])
  func equalsTrainersOnTheirOwn(_ setting: (replicas: Int, steps: Int), _ optimizer: any Optimizer)
    throws
  {
    var run = EngineRun()
    run.model = Self.plainModel
    run.optimizer = optimizer
    run.samples = Samples(64, run.samples.shape)
    run.averaging = .weights(replicas: setting.replicas, steps: setting.steps)
    let together = try run.trainer(workers: 3)
    let batches = run.samples.batches(of: 16)
    for step in 0..<12 { try together.train(batches[step % 4]) }
    together.averageReplicas()

    let alone = try Alone(run, replicas: setting.replicas)
    for step in 0..<12 {
      try alone.train(batch: step % 4)
      if (step + 1) % setting.steps == 0 { alone.average() }
    }
    alone.average()
    #expect(together.weights.values == alone.trainers[0].weights.values)
    for (ours, theirs) in zip(together.moments, alone.trainers[0].moments) {
      #expect(ours.values == theirs.values)
    }
  }

  @Test func oneReplicaIsThePlainTrainer() throws {
    var run = EngineRun()
    let plain = try run.train(updates: 20)
    run.averaging = .weights(replicas: 1, steps: 4)
    #expect(try run.train(updates: 20) == plain)
  }

  /// What `averageReplicas` leaves is what the next step and an evaluator compute with.
  @Test func averagedWeightsAreTheOnesInUse() throws {
    var run = EngineRun()
    run.model = Self.plainModel
    run.averaging = .weights(replicas: 2, steps: 100)
    let trainer = try run.trainer()
    for batch in run.samples.batches(of: 16) { try trainer.train(batch) }
    trainer.averageReplicas()
    let batch = run.samples.batch(0..<16)
    var shared = Scores(run.objective)
    try Evaluator(trainer).evaluate(batch, into: &shared)
    let fresh = try Evaluator(
      trainer.network, weights: trainer.weights, shape: run.samples.shape,
      objective: run.objective, plan: trainer.settings.plan)
    var expected = Scores(run.objective)
    fresh.evaluate(batch, into: &expected)
    #expect(shared.values == expected.values)
  }
}

/// One trainer for each replica, on its own part of each batch.
private struct Alone {
  let trainers: [Trainer]
  let run: EngineRun
  let rows: Int

  init(_ run: EngineRun, replicas: Int) throws {
    var one = run
    one.averaging = .gradients
    one.batchSize = run.batchSize / replicas
    one.shards = try ShardPlan(batchSize: run.batchSize, shards: run.shards).shards / replicas
    trainers = try (0..<replicas).map { _ in try one.trainer() }
    self.run = run
    rows = one.batchSize
  }

  func train(batch: Int) throws {
    for (index, trainer) in trainers.enumerated() {
      let first = batch * run.batchSize + index * rows
      try trainer.train(run.samples.batch(first..<first + rows))
    }
  }

  func average() {
    mean(trainers.map(\.weights))
    for moment in trainers[0].moments.indices { mean(trainers.map { $0.moments[moment] }) }
    for trainer in trainers { trainer.spreadWeights() }
  }

  private func mean(_ arenas: [Arena]) {
    for index in 0..<arenas[0].count {
      var sums = arenas.map { $0.base[index] }
      while sums.count > 1 {
        sums = stride(from: 0, to: sums.count, by: 2).map { sums[$0] + sums[$0 + 1] }
      }
      for arena in arenas { arena.base[index] = sums[0] / Float(arenas.count) }
    }
  }
}
