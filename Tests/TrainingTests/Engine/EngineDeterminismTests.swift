import Networks
import TestSupport
import Testing
import Training

/// Workers decide how soon the numbers are there, never which they are.
@Suite struct EngineDeterminismTests {
  static let workers = [2, 3, 5, 8]

  static let averagings: [Averaging] = [
    .gradients, .weights(replicas: 2, steps: 3), .weights(replicas: 4, steps: 1),
  ]
  static let clippings: [Clipping?] = [nil, .value(0.002), .norm(0.05), .globalNorm(0.1)]

  /// Dropout on, a short last batch, every kind of clipping.
  @Test(arguments: averagings, clippings) func sameBitsForAnyNumberOfWorkers(
    averaging: Averaging, clipping: Clipping?
  ) throws {
    for accumulateSteps in 1...3 {
      var run = EngineRun()
      run.averaging = averaging
      run.accumulateSteps = accumulateSteps
      run.optimizer.clipping = clipping
      try expectSameBits(run, updates: 50)
    }
  }

  @Test func sameBitsWithEmptyShards() throws {
    // 13 shards of 4 rows make 50, so three are empty, and more in the short last batch.
    var run = EngineRun()
    (run.batchSize, run.shards) = (50, 16)
    try expectSameBits(run, updates: 50)
    run.averaging = .weights(replicas: 8, steps: 2)
    try expectSameBits(run, updates: 50)
  }

  @Test func sameBitsWithStates() throws {
    var run = EngineRun()
    run.model = Sequential(
      input: Shape([5, 3]),
      [
        GRU(6, returnSequences: true, resetAfter: false) { $0.stateful = true },
        LSTM(5) { ($0.stateful, $0.recurrentDropout) = (true, 0.2) }, Dense(2),
      ])
    let ending = try expectSameBits(run, updates: 50)
    #expect(ending.states.contains { $0 != 0 })
  }

  /// Large enough that sums, updates and packing are shared out as well.
  @Test(arguments: averagings) func sameBitsWithManyParameters(averaging: Averaging) throws {
    var run = EngineRun()
    run.model = Sequential(
      input: Shape([5, 3]),
      [LSTM(80, returnSequences: true) { $0.dropout = 0.3 }, SimpleRNN(70), Dense(2)])
    run.averaging = averaging
    run.optimizer.clipping = .globalNorm(0.5)
    let network = try run.trainer().network
    #expect(network.parameterCount > 1 << 15)
    try expectSameBits(run, updates: 10)
  }

  @Test func seedsAndShardsMakeADifference() throws {
    let first = try EngineRun().train(updates: 5)
    var run = EngineRun()
    run.seed += 1
    #expect(try run.train(updates: 5).weights != first.weights)
    run = EngineRun()
    run.shards = 8
    #expect(try run.train(updates: 5).weights != first.weights)
    run = EngineRun()
    run.optimizer.clipping = .globalNorm(0.1)
    #expect(try run.train(updates: 5).weights != first.weights)
  }

  @discardableResult
  private func expectSameBits(
    _ run: EngineRun, updates: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Ending {
    let alone = try run.train(updates: updates)
    #expect(alone.updates >= updates, sourceLocation: sourceLocation)
    for workers in Self.workers {
      #expect(
        try run.train(updates: updates, workers: workers) == alone,
        "\(workers) workers, accumulating \(run.accumulateSteps)", sourceLocation: sourceLocation)
    }
    return alone
  }
}
