import Networks
import TestSupport
import Testing
import Training

/// A number that is not finite stops training with the step and the row, and changes nothing.
@Suite struct EngineDivergenceTests {
  @Test(
    arguments: [Averaging.gradients, .weights(replicas: 2, steps: 2)], [Float.nan, .infinity])
  func namesStepAndRow(averaging: Averaging, number: Float) throws {
    var run = EngineRun()
    run.averaging = averaging
    let trainer = try run.trainer(workers: 2)
    let batches = run.samples.batches(of: 16)
    for batch in batches[..<3] { try trainer.train(batch) }
    let before = Ending(trainer, [])
    run.samples.targets[(48 + 13) * 2 + 1] = number
    let error = try #require(throws: TrainingError.self) {
      try trainer.train(run.samples.batch(48..<64))
    }
    #expect(error.kind == .diverged)
    #expect(error.description.contains("step 4"))
    #expect(error.description.contains("row 13 of the batch (row 61 of the dataset)"))
    #expect(Ending(trainer, []) == before)
    // Training can go on as if the batch had not been there.
    try trainer.train(batches[4])
    let other = try run.trainer()
    for batch in batches[..<3] + [batches[4]] { try other.train(batch) }
    #expect(Ending(trainer, []) == Ending(other, []))
  }

  @Test func namesTheGradientWhereOnlyItOverflows() throws {
    // x = 10³⁰ and weights of zero: the loss is that of the target, its slope overflows.
    var run = EngineRun()
    run.model = Sequential(
      input: Shape([1]), [Dense(1, useBias: false, kernelInitializer: Zeros())])
    run.samples = Samples(8, SampleShape(input: Shape([1]), target: Shape([1])))
    run.samples.inputs[5] = 1e30
    run.samples.targets[5] = 1e10
    run.batchSize = 8
    let trainer = try run.trainer()
    let error = try #require(throws: TrainingError.self) {
      try trainer.train(run.samples.batch(0..<8))
    }
    #expect(error.description.contains("step 1"))
    #expect(error.description.contains("the gradient of row 5 of the batch (row 5 of the dataset)"))
    #expect(trainer.weights.values == [0] && trainer.step == 0)
  }

  /// Two large gradients, each finite, whose sum is not.
  @Test func saysWhenNoRowAloneIsToBlame() throws {
    var run = EngineRun()
    run.model = Sequential(
      input: Shape([1]), [Dense(1, useBias: false, kernelInitializer: Zeros())])
    run.samples = Samples(8, SampleShape(input: Shape([1]), target: Shape([1])))
    run.samples.inputs = Array(repeating: 1e25, count: 8)
    run.samples.targets = Array(repeating: 1e13, count: 8)
    run.batchSize = 8
    let trainer = try run.trainer()
    let error = try #require(throws: TrainingError.self) {
      try trainer.train(run.samples.batch(0..<8))
    }
    #expect(error.description.contains("the sum of the gradients of several rows"))
  }

  /// States go back to those of the last update, so that a checkpoint of this moment can be used.
  @Test func keepsStatesFinite() throws {
    var run = EngineRun()
    run.model = Sequential(input: Shape([5, 3]), [GRU(6) { $0.stateful = true }, Dense(2)])
    run.accumulateSteps = 2
    let trainer = try run.trainer(workers: 2)
    let batches = run.samples.batches(of: 16)
    for batch in batches[..<2] { try trainer.train(batch) }
    let before = Ending(trainer, [])
    try trainer.train(batches[2])
    run.samples.inputs[(48 + 13) * 15 + 14] = .nan
    let error = try #require(throws: TrainingError.self) {
      try trainer.train(run.samples.batch(48..<64))
    }
    #expect(error.description.contains("the loss of row 13 of the batch (row 61 of the dataset)"))
    #expect(Ending(trainer, []) == before)
  }

  @Test func forgetsWhatWasAccumulated() throws {
    var run = EngineRun()
    run.accumulateSteps = 2
    let trainer = try run.trainer()
    let batches = run.samples.batches(of: 16)
    try trainer.train(batches[0])
    run.samples.inputs[16 * 15] = .nan
    #expect(throws: TrainingError.self) { try trainer.train(run.samples.batch(16..<32)) }
    for batch in batches[2...3] { try trainer.train(batch) }
    let other = try run.trainer()
    for batch in batches[2...3] { try other.train(batch) }
    #expect(trainer.step == 1)
    #expect(Ending(trainer, []) == Ending(other, []))
  }
}
