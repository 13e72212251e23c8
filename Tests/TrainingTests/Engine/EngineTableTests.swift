import Networks
import TestSupport
import Testing
import Training

/// A table of which batches choose rows is trained to the same bits as when all its rows are looked at,
/// which is what a penalty makes necessary, be it zero.
@Suite struct EngineTableTests {
  /// What has a table of 400 rows, of which a batch of 16 samples touches 80 at most.
  enum Kind: CaseIterable {
    case embedding, tied, oneHot

    func model(penalty: Regularizer?) -> Sequential {
      var embedding = Embedding(400, 32)
      embedding.embeddingsRegularizer = penalty
      let input = Shape([5])
      switch self {
      case .embedding: return Sequential(input: input, [embedding, LSTM(4), Dense(2)])
      case .tied:
        return Sequential(
          input: input,
          [
            embedding, SimpleRNN(32, returnSequences: true), TiedDense(400, tiedTo: "embedding"),
            LSTM(4), Dense(2),
          ])
      case .oneHot:
        return Sequential(
          input: input,
          [CategoryEncoding(400), GRU(12) { $0.kernelRegularizer = penalty }, Dense(2)])
      }
    }
  }

  static let averagings: [Averaging] = [.gradients, .weights(replicas: 2, steps: 3)]
  static let optimizers: [any Optimizer] = [
    SGD(learningRate: ConstantRate(0.1)),
    SGD(learningRate: ConstantRate(0.1), clipping: .globalNorm(0.05)),
    SGD(learningRate: ConstantRate(0.1), momentum: 0.9),
    SGD(learningRate: ConstantRate(0.1), weightDecay: 0.01),
    Adagrad(learningRate: ConstantRate(0.1)), Adam(learningRate: ConstantRate(0.01)), averaged,
  ]

  static var averaged: any Optimizer {
    var optimizer = SGD(learningRate: ConstantRate(0.1))
    optimizer.average = WeightAverage(momentum: 0.9)
    return optimizer
  }

  private static func run(_ kind: Kind, penalty: Regularizer?) -> EngineRun {
    var run = EngineRun()
    run.model = kind.model(penalty: penalty)
    run.objective = Objective(MeanSquaredError())
    run.samples = Samples(70, SampleShape(input: Shape([5]), target: Shape([2])))
    run.samples.inputs = run.samples.inputs.map { (200 * ($0 + 1)).rounded(.down) }
    return run
  }

  @Test(arguments: Kind.allCases, averagings) func sameBitsAsWithAllRows(
    kind: Kind, averaging: Averaging
  ) throws {
    for optimizer in Self.optimizers {
      for accumulateSteps in 1...3 {
        let runs = [nil, Regularizer()].map { penalty in
          var run = Self.run(kind, penalty: penalty)
          (run.optimizer, run.averaging) = (optimizer, averaging)
          run.accumulateSteps = accumulateSteps
          return run
        }
        let (chosen, all) = (runs[0], runs[1])
        #expect(try chosen.trainer().network.tables.count == 1)
        #expect(try all.trainer().network.tables.isEmpty)
        let (one, other) = (try chosen.train(updates: 12), try all.train(updates: 12, workers: 3))
        #expect(one.weights == other.weights, "\(optimizer.name), \(accumulateSteps) batches")
        #expect(one.moments == other.moments, "\(optimizer.name), \(accumulateSteps) batches")
        #expect(try chosen.train(updates: 12, workers: 3) == one)
      }
    }
  }

  /// Subtrees of shards, and shards whose gradients are measured on the way.
  @Test(arguments: [4, 16]) func sameNoiseAsWithAllRows(shards: Int) throws {
    let noises = try [nil, Regularizer()].map { penalty in
      var run = Self.run(.embedding, penalty: penalty)
      run.shards = shards
      let trainer = try run.trainer(measuresNoise: true)
      return try run.samples.batches(of: run.batchSize).map { batch in
        try trainer.train(batch)
        return try #require(trainer.noise)
      }
    }
    #expect(noises[0] == noises[1])
  }

  @Test func narrowTablesAreNone() throws {
    let model = Sequential(input: Shape([5]), [Embedding(400, 31), LSTM(4), Dense(2)])
    #expect(try model.network(rows: 4).tables.isEmpty)
  }
}
