import KerasFormat
import Networks
import Tensors
import Testing
import Training

/// Every optimizer in the engine: workers, state that goes on, and the average of weights.
@Suite struct EngineOptimizerTests {
  /// Those that look at whole parameters or at all of them, and those with more than zeros to keep.
  static let optimizers: [any Optimizer] = [
    Lamb(learningRate: ConstantRate(0.01), weightDecay: 0.01),
    Lars(learningRate: ConstantRate(10), weightDecay: 0.01, clipping: .globalNorm(0.1)),
    Adafactor(learningRate: ConstantRate(0.1), clipping: .globalNorm(0.05)),
    Nadam(clipping: .norm(0.02)), Ftrl(), Adagrad(), Adamax(clipping: .value(0.01)),
    Adadelta(learningRate: ConstantRate(1)), averagedLion,
  ]

  private static var averagedLion: any Optimizer {
    var optimizer = Lion(learningRate: ConstantRate(0.01), clipping: .globalNorm(0.1))
    optimizer.average = WeightAverage(momentum: 0.8, overwriteFrequency: 3)
    return optimizer
  }

  /// Weights and all that is kept have the same bits for any number of workers, in a model that is
  /// large enough for updates to be shared out.
  @Test(arguments: optimizers) func workersDoNotChangeBits(_ optimizer: any Optimizer) throws {
    var run = EngineRun()
    run.optimizer = optimizer
    run.model = Sequential(input: Shape([5, 3]), [LSTM(96), Dense(2)])
    let expected = try run.train(updates: 6)
    for workers in [2, 3, 5] {
      #expect(try run.train(updates: 6, workers: workers) == expected, "\(workers) workers")
    }
  }

  /// A training that goes on from its state, as Keras keeps it, is the training that never stopped.
  @Test(
    arguments: optimizers + [
      SGD(), SGD(momentum: 0.9), RMSprop(centered: true), Adam(amsgrad: true),
    ],
    [OptimizerGeneration.keras3, .tfKeras])
  func stateGoesOn(_ optimizer: any Optimizer, _ generation: OptimizerGeneration) throws {
    guard !["Lamb", "Lars"].contains(optimizer.name) || generation == .keras3 else { return }
    var run = EngineRun()
    run.optimizer = optimizer
    let batch = run.samples.batches(of: run.batchSize)[0]
    let (first, second) = (try run.trainer(), try run.trainer())
    for _ in 0..<4 { try first.train(batch) }
    let parameters = first.network.parameters
    let state = try OptimizerState(
      of: optimizer, step: first.step, learningRate: Float(first.learningRate),
      state: first.moments, model: "m", parameters: parameters, generation: generation)
    let again = try OptimizerState(
      config: [
        "class_name": .string(state.storedClassName), "config": .object(state.config),
      ], variables: state.variables, by: generation == .keras3 ? .keras3 : .keras2)
    #expect(try again.optimizer().name == optimizer.name)
    second.weights.copy(from: first.weights)
    try second.goOn(from: again, parameters: parameters)
    #expect(second.step == 4)
    for _ in 0..<3 {
      try first.train(batch)
      try second.train(batch)
    }
    #expect(first.weights.values == second.weights.values)
    #expect(first.moments.map(\.values) == second.moments.map(\.values))
  }

  @Test func averagesBecomeTheWeights() throws {
    var run = EngineRun()
    run.optimizer.average = WeightAverage(momentum: 0.5)
    let trainer = try run.trainer()
    let batch = run.samples.batches(of: run.batchSize)[0]
    var mean: [Float] = []
    for _ in 0..<3 {
      try trainer.train(batch)
      let weights = trainer.weights.values
      mean = mean.isEmpty ? weights : zip(mean, weights).map { $0 * 0.5 + $1 * 0.5 }
    }
    #expect(trainer.weights.values != mean)
    trainer.finishWeights()
    #expect(trainer.weights.values == mean)
  }

  @Test(arguments: [Lamb(), Lars()] as [any Optimizer])
  func olderGenerationsAreNotWritten(_ optimizer: any Optimizer) throws {
    let trainer = try EngineRun().trainer()
    #expect(throws: TrainingError.self) {
      try OptimizerState(
        of: optimizer, step: 0, learningRate: 1, state: trainer.moments, model: "m",
        parameters: trainer.network.parameters, generation: .tfKeras)
    }
  }
}
