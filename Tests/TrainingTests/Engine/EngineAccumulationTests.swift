import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Batches that are accumulated for one update make the update of the large batch, to the bit, where
/// shards are the same.
@Suite struct EngineAccumulationTests {
  /// Batches of 8 rows in two shards, the last one with fewer, against one batch of all of them.
  @Test(arguments: 1...9, [8, 5, 3]) func equalsTheLargeBatch(batches: Int, lastRows: Int) throws {
    let rows = 8 * (batches - 1) + lastRows
    var small = EngineRun()
    small.samples = Samples(rows, small.samples.shape)
    (small.batchSize, small.shards, small.accumulateSteps) = (8, 2, batches)
    var large = small
    // The number of shards is a power of two; those behind the rows stay empty.
    let places = 1 << (Int.bitWidth - (batches - 1).leadingZeroBitCount)
    (large.batchSize, large.shards, large.accumulateSteps) = (8 * places, 2 * places, 1)
    let (parts, whole) = (try small.train(updates: 4), try large.train(updates: 4))
    #expect(parts.updates == 4 && whole.updates == 4)
    #expect(parts.weights == whole.weights)
    #expect(parts.moments == whole.moments)
  }

  @Test func anEpochsEndMakesAnUpdateOfWhatIsThere() throws {
    var run = EngineRun()
    run.accumulateSteps = 3
    let trainer = try run.trainer()
    var updates: [Bool] = []
    for (index, batch) in run.samples.batches(of: run.batchSize).enumerated() {
      updates.append(try trainer.train(batch, isLast: index == 4))
    }
    #expect(updates == [false, false, true, false, true])
    #expect(trainer.step == 2)
  }

  @Test func eachReplicaAccumulatesItsOwnRows() throws {
    // The short last batch of an update has rows for the first replica only.
    var run = EngineRun()
    run.averaging = .weights(replicas: 2, steps: 2)
    run.model = EngineReplicaTests.plainModel
    run.samples = Samples(16 + 16 + 5, run.samples.shape)
    run.accumulateSteps = 3
    run.optimizer = SGD(learningRate: ConstantRate(0.1), momentum: 0.9)
    let trainer = try run.trainer()
    let batches = run.samples.batches(of: 16)
    for (index, batch) in batches.enumerated() {
      try trainer.train(batch, isLast: index == batches.count - 1)
    }
    var first = run
    (first.averaging, first.batchSize, first.shards, first.accumulateSteps) = (.gradients, 8, 2, 3)
    let alone = try first.trainer()
    for rows in [0..<8, 16..<24, 32..<37] { try alone.train(run.samples.batch(rows)) }
    #expect(alone.step == 1 && trainer.step == 1)
    #expect(trainer.weights.values == alone.weights.values)
  }
}
