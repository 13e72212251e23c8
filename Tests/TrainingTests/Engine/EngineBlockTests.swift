import Networks
import TestSupport
import Testing

@testable import Training

/// Work that is cut into blocks of rows or of steps gives what it gives in one piece.
@Suite struct EngineBlockTests {
  private static let kinds = [
    "LSTM", "GRU", "GRU reset before", "SimpleRNN", "HandBuiltLSTM", "PeepholeLSTM",
  ]

  private static func layer(_ kind: String) -> any CellLayer {
    switch kind {
    case "LSTM": return LSTM(5)
    case "GRU": return GRU(5)
    case "GRU reset before":
      var layer = GRU(5)
      layer.resetAfter = false
      return layer
    case "SimpleRNN": return SimpleRNN(5)
    case "HandBuiltLSTM": return HandBuiltLSTM(5)
    default: return PeepholeLSTM(5)
    }
  }

  /// 96 rows of one shard walk in blocks of two steps, three rows of 32 shards in one block.
  @Test(arguments: kinds, ["forward", "backward", "stateful"])
  func stepsInBlocks(kind: String, walk: String) throws {
    var recurrent = Self.layer(kind)
    recurrent.walk.returnSequences = true
    recurrent.walk.goBackwards = walk == "backward"
    recurrent.walk.stateful = walk == "stateful"
    let model = Sequential(input: Shape([7, 3]), [Masking(), recurrent, LSTM(4), Dense(2)])
    var samples = Samples(96, SampleShape(input: Shape([7, 3]), target: Shape([2])))
    for row in 0..<96 {
      for step in row % 7 + 1..<7 {
        for feature in 0..<3 { samples.inputs[(row * 7 + step) * 3 + feature] = 0 }
      }
    }
    let gradients = try [1, 32].map { shards in
      let plan = try ShardPlan(batchSize: 96, shards: shards)
      let trainer = try Trainer(
        try model.network(rows: plan.shardRows), shape: samples.shape,
        objective: Objective(MeanSquaredError()), optimizer: SGD(),
        settings: EngineSettings(plan: plan, seed: 5), workers: Workers(1))
      return try trainer.gradient(of: samples.batch(0..<96)).values.map(Double.init)
    }
    let size = gradients[0].reduce(0) { max($0, abs($1)) }
    let parts = gradients.map { $0.map { $0 / size } }
    #expect(size > 1e-3 && largestDifference(parts[0], parts[1]) < 1e-5)
  }

  /// A softmax inside of a Dense layer is scored by blocks, one behind it is not.
  @Test func logitsInBlocks() throws {
    var samples = Samples(
      8, SampleShape(input: Shape([90, 3]), target: Shape([90, 1]), weights: 90))
    for index in samples.targets.indices { samples.targets[index] = Float(index * 7 % 11) }
    let endings: [[any Layer]] = [
      [Dense(11, activation: .softmax)], [Dense(11), ActivationLayer(.softmax)],
    ]
    var results: [(gradient: [Float], scores: [Double])] = []
    for ending in endings {
      let model = Sequential(
        input: Shape([90, 3]), [SimpleRNN(6, returnSequences: true)] + ending)
      let trainer = try Trainer(
        try model.network(rows: 8), shape: samples.shape,
        objective: Objective(
          SparseCategoricalCrossentropy(), metrics: [Accuracy(.sparse, name: "accuracy")]),
        optimizer: SGD(), settings: EngineSettings(plan: ShardPlan(batchSize: 8, shards: 1)),
        workers: Workers(1))
      let gradient = try trainer.gradient(of: samples.batch(0..<8)).values
      results.append((gradient, trainer.scores.values))
    }
    #expect(results[0].gradient.contains { abs($0) > 1e-3 })
    #expect(results[0].gradient == results[1].gradient, "the same bits")
    for (one, other) in zip(results[0].scores, results[1].scores) {
      #expect(abs(one - other) < 1e-9 * max(1, abs(other)), "\(one) and \(other)")
    }
  }
}
