import CHeap
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Several outputs, masks, penalties, constraints, frozen layers and statistics, by themselves.
@Suite struct EngineOutputsTests {
  /// A run of a model of `engine.h5` on random data.
  static func run(_ name: String, steps: Int = 6) -> EngineRun {
    var run = EngineRun()
    run.model = ReferenceModels.model(name)
    run.objective = ReferenceModels.objective(name)
    let inputs = run.model.inputs
    let targets: [Shape] =
      switch name {
      case "two_outputs": [Shape([2]), Shape([1])]
      case "masked": [Shape([6, 2])]
      case "masked_two": [Shape([6, 2]), Shape([1])]
      default: [Shape([2])]
      }
    run.samples = Samples(
      70, SampleShape(inputs: inputs, targets: targets, weights: targets.map(\.steps)))
    if name.hasPrefix("masked") {
      // Every third step is masked, and row 5 as a whole.
      let width = run.samples.shape.inputCount
      for row in 0..<run.samples.count {
        for step in 0..<6 where (row + step) % 3 == 0 || row == 5 {
          for feature in 0..<3 { run.samples.inputs[row * width + step * 3 + feature] = 0 }
        }
      }
    }
    run.optimizer.clipping = .globalNorm(0.1)
    return run
  }

  static let averagings: [Averaging] = [.gradients, .weights(replicas: 2, steps: 3)]

  @Test(arguments: ReferenceModels.names, averagings) func sameBitsForAnyNumberOfWorkers(
    name: String, averaging: Averaging
  ) throws {
    for accumulateSteps in 1...2 {
      var run = Self.run(name)
      (run.averaging, run.accumulateSteps) = (averaging, accumulateSteps)
      let alone = try run.train(updates: 15)
      #expect(alone.scores.allSatisfy { Double(bitPattern: $0).isFinite })
      for workers in [2, 3, 5] {
        #expect(try run.train(updates: 15, workers: workers) == alone)
      }
    }
  }

  @Test(arguments: ReferenceModels.names) func stepsLeaveNothingOnTheHeap(name: String) async {
    await #expect(processExitsWith: .success) { [name] in
      let run = EngineOutputsTests.run(name)
      let trainer = try run.trainer()
      let batches = run.samples.batches(of: run.batchSize)
      func train(_ count: Int) throws {
        for step in 0..<count { try trainer.train(batches[step % 5], isLast: step % 5 == 4) }
      }
      try train(50)
      let before = heap_bytes_in_use()
      try train(50)
      #expect(heap_bytes_in_use() == before)
    }
  }

  @Test func aRowWithoutValidStepsIsNoTrouble() throws {
    var run = Self.run("masked")
    run.samples = Samples(16, run.samples.shape)
    run.samples.inputs = run.samples.inputs.map { _ in 0 }
    let trainer = try run.trainer()
    let before = trainer.weights.values
    try trainer.train(run.samples.batch(0..<16))
    #expect(trainer.scores.values[0] == 0)
    #expect(trainer.weights.values == before)
  }

  @Test func classesWeighAsSamplesDo() throws {
    var run = EngineRun()
    run.model = Sequential(input: Shape([5, 3]), [GRU(4, returnSequences: true), Dense(3)])
    let loss = SparseCategoricalCrossentropy(fromLogits: true)
    run.samples = Samples(32, SampleShape(input: Shape([5, 3]), target: Shape([5]), weights: 5))
    run.samples.targets = run.samples.targets.map { ($0 * 1.5 + 1.5).rounded(.down) }
    let classWeights: [Float] = [1, 5, 0.25]
    var weighted = run
    weighted.samples.weights = zip(run.samples.weights, run.samples.targets).map {
      $0 * classWeights[Int($1)]
    }
    weighted.objective = Objective(loss)
    run.objective = Objective([
      .init("out", loss: loss, classWeights: ClassWeights([1: 5, 2: 0.25]))
    ])
    #expect(try run.train(updates: 8) == weighted.train(updates: 8))
    run.objective = Objective(loss)
    #expect(try run.train(updates: 8) != weighted.train(updates: 8))
  }

  @Test func outputsOfARowStandOneAfterTheOther() throws {
    let run = Self.run("two_outputs")
    let trainer = try run.trainer(workers: 2)
    let batch = run.samples.batch(0..<13)
    let result = Arena(count: 13 * 3)
    try Evaluator(trainer).predict(batch, into: result)
    let inference = Inference(trainer.network, weights: trainer.weights)
    let width = run.samples.shape.inputCount
    let rows = (0..<13).map { run.samples.inputs[$0 * width..<($0 + 1) * width] }
    let expected = inference.outputs(
      [rows.flatMap { $0.prefix(15) }, rows.flatMap { $0.suffix(4) }], rows: 13)
    for row in 0..<13 {
      let found = (0..<3).map { result.base[row * 3 + $0] }
      #expect(found == Array(expected[0][row * 2..<row * 2 + 2]) + [expected[1][row]])
    }
  }

  @Test func dataMustHaveWhatTheModelTakes() throws {
    var run = Self.run("two_outputs")
    let shape = run.samples.shape
    run.samples = Samples(16, SampleShape(inputs: [shape.inputs[0]], targets: shape.targets))
    #expect(sentence { _ = try run.trainer() }.contains("(None, 5, 3) and (None, 4), and the data"))
    run.samples = Samples(16, SampleShape(inputs: shape.inputs, targets: [shape.targets[0]]))
    #expect(sentence { _ = try run.trainer() }.contains("2 outputs, and the data has 1 targets"))
    run.samples = Samples(
      16, SampleShape(inputs: shape.inputs, targets: shape.targets, weights: [5]))
    #expect(sentence { _ = try run.trainer() }.contains("has 5 weights for each sample"))
  }

  // MARK: Statistics

  private static func statistics(frozen: Set<String> = []) -> EngineRun {
    var model = Sequential(
      input: Shape([5, 3]), [MeanKeeper(name: "mean"), GRU(4), Dense(2)])
    model.frozen = frozen
    var run = EngineRun()
    (run.model, run.shards) = (model, 1)
    return run
  }

  @Test func statisticsFollowWholeBatches() throws {
    let run = Self.statistics()
    let trainer = try run.trainer(workers: 2)
    var expected = [0.0, 0.0, 0.0]
    for batch in run.samples.batches(of: 16) {
      try trainer.train(batch)
      for feature in 0..<3 {
        let values = (0..<batch.rows * 5).map { Double(batch.inputs.base[$0 * 3 + feature]) }
        let mean = values.reduce(0, +) / Double(values.count)
        expected[feature] = 0.75 * expected[feature] + 0.25 * mean
      }
    }
    let slot = try #require(trainer.network.parameters.first).slot
    for (found, expected) in zip(trainer.weights[slot], expected) {
      #expect(abs(Double(found) - expected) < 1e-6)
    }
    #expect(trainer.moments[0][slot].allSatisfy { $0 == 0 })
  }

  @Test func frozenStatisticsStay() throws {
    let trainer = try Self.statistics(frozen: ["mean"]).trainer()
    for batch in EngineRun().samples.batches(of: 16) { try trainer.train(batch) }
    #expect(trainer.weights.values.prefix(3) == [0, 0, 0])
  }

  @Test func statisticsNeedWholeBatches() throws {
    var run = Self.statistics()
    run.shards = 4
    #expect(sentence { _ = try run.trainer() }.contains("Set shards to 1"))
  }

  @Test func divergenceTakesStatisticsBack() throws {
    var run = Self.statistics()
    run.accumulateSteps = 2
    let trainer = try run.trainer()
    let batches = run.samples.batches(of: 16)
    for batch in batches[..<2] { try trainer.train(batch) }
    let before = trainer.weights.values
    try trainer.train(batches[2])
    #expect(trainer.weights.values != before)
    run.samples.targets[48 * 2] = .nan
    #expect(throws: TrainingError.self) { try trainer.train(run.samples.batch(48..<64)) }
    #expect(trainer.weights.values == before)
  }
}
