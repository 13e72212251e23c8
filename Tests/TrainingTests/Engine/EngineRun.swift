import Networks
import Tensors
import TestSupport
import Training

/// A training run in a few words: settings with defaults, and what it ends with.
struct EngineRun {
  var model: any Model = EngineRun.dropoutModel
  var objective = Objective(
    MeanSquaredError(), metrics: [MeanMetric("mae", of: MeanAbsoluteError())])
  var optimizer: any Optimizer = Adam(learningRate: ConstantRate(0.01))
  var samples = Samples(
    70, SampleShape(input: Shape([5, 3]), target: Shape([2]), weights: 1))
  var batchSize = 16
  var shards: Int? = 4
  var accumulateSteps = 1
  var averaging = Averaging.gradients
  var seed: UInt64 = 11

  /// Every kind of randomness, of layer, and of product that is split by gates.
  static let dropoutModel = Sequential(
    input: Shape([5, 3]),
    [
      LSTM(6, returnSequences: true) { ($0.dropout, $0.recurrentDropout) = (0.2, 0.1) },
      Dropout(0.2), GRU(5) { $0.dropout = 0.1 }, Dense(2),
    ])

  func trainer(workers: Int = 1, measuresNoise: Bool = false) throws -> Trainer {
    let plan = try ShardPlan(batchSize: batchSize, shards: shards)
    return try Trainer(
      model.network(rows: plan.shardRows), shape: samples.shape, objective: objective,
      optimizer: optimizer,
      settings: EngineSettings(
        plan: plan, accumulateSteps: accumulateSteps, averaging: averaging, seed: seed),
      workers: Workers(workers), measuresNoise: measuresNoise)
  }

  /// Whole epochs until at least `updates` updates are made.
  func train(updates: Int, workers: Int = 1) throws -> Ending {
    let trainer = try trainer(workers: workers)
    let batches = samples.batches(of: batchSize)
    var scores: [UInt64] = []
    while trainer.step < updates {
      for (index, batch) in batches.enumerated() {
        try trainer.train(batch, isLast: index == batches.count - 1)
        scores += trainer.scores.values.map(\.bitPattern)
        scores.append(trainer.gradientNorm.bitPattern)
      }
    }
    trainer.averageReplicas()
    return Ending(trainer, scores)
  }
}

/// What a run ends with, to the bit.
struct Ending: Equatable {
  let weights: String
  let moments: [String]
  let states: [UInt32]
  let updates: Int
  /// Losses, metrics and gradient norms of all batches.
  let scores: [UInt64]

  init(_ trainer: Trainer, _ scores: [UInt64]) {
    weights = fingerprint(of: trainer.weights, trainer.network)
    moments = trainer.moments.map { fingerprint(of: $0, trainer.network) }
    states = trainer.states.arena.values.map(\.bitPattern)
    updates = trainer.step
    self.scores = scores
  }
}
