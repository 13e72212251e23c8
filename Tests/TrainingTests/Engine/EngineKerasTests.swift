import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Three steps of Adam on whole networks beside real Keras.
@Suite struct EngineKerasTests {
  @Test(arguments: [1, 2]) func threeStepsOfAdam(shards: Int) throws {
    let file = try ReferenceFile("layers")
    var weights = Comparison(tolerance: 1e-4)
    for name in ReferenceFile.cases(of: "layers") {
      let reference = try file.reference(name)
      guard try reference.contains("adam") else { continue }
      let trainer = try trainer(reference, shards: shards)
      for _ in 0..<3 { try trainer.train(batch(reference)) }
      try weights.add(trainer.weights.values, "adam", of: reference, title: name)
    }
    #expect(weights.arrays == 33)
    print("Keras's Adam, \(shards) shards: \(weights.summary)")
  }

  private func trainer(_ reference: borrowing Reference, shards: Int) throws -> Trainer {
    let plan = try ShardPlan(batchSize: reference.rows(), shards: shards)
    let trainer = try Trainer(
      reference.network(rows: plan.shardRows), shape: shape(reference),
      objective: Objective(reference.loss()),
      optimizer: Adam(learningRate: ConstantRate(0.01)), settings: EngineSettings(plan: plan),
      workers: Workers(2))
    for (index, number) in try reference.floats("weights").enumerated() {
      trainer.weights.base[index] = number
    }
    trainer.spreadWeights()
    return trainer
  }

  private func shape(_ reference: borrowing Reference) throws -> SampleShape {
    let weights =
      try reference.contains("sample_weight")
      ? reference.shape("sample_weight").dropFirst().reduce(1, *) : 0
    return SampleShape(
      input: try reference.inputShape(),
      target: Shape(Array(try reference.shape("targets").dropFirst())), weights: weights)
  }

  private func batch(_ reference: borrowing Reference) throws -> Batch {
    var samples = Samples(try reference.rows(), try shape(reference))
    samples.inputs = try reference.floats("inputs")
    samples.targets = try reference.floats("targets")
    if samples.shape.weights > 0 { samples.weights = try reference.floats("sample_weight") }
    return samples.batch(0..<samples.count)
  }
}
