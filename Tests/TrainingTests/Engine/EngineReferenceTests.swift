import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Several outputs, masks, penalties, constraints and frozen layers beside real Keras.
@Suite struct EngineReferenceTests {
  @Test func allCasesAreHere() {
    #expect(ReferenceFile.cases(of: "engine").sorted() == ReferenceModels.names)
  }

  @Test(arguments: ReferenceModels.names, [1, 2, 4]) func agreesWithKeras(
    name: String, shards: Int
  ) throws {
    let file = try ReferenceFile("engine")
    let reference = try file.reference(name)
    let fixed = try FixedBatch(
      ReferenceModels.model(name), weights: weights(reference), data: data(reference, name),
      objective: ReferenceModels.objective(name),
      optimizer: SGD(
        learningRate: ConstantRate(0.1), momentum: 0.9, weightDecay: 0.01,
        clipping: .globalNorm(0.7)),
      shards: shards, workers: Workers(2))
    let before = fixed.weights.values
    let evaluation = try fixed.evaluate()
    #expect(fixed.weights.values == before && fixed.step == 0)
    var comparison = Comparison(tolerance: 2e-6)
    try comparison.add(
      [Float(evaluation.values[0].value)], "loss", of: reference, title: name)
    try comparison.add(
      evaluation.gradients.flatMap { $0 }, "gradients", of: reference, title: name)
    try comparison.add(values(evaluation, reference), "values", of: reference, title: name)
    _ = try fixed.train(steps: 3)
    try comparison.add(fixed.weights.values, "trained", of: reference, title: name)
    print("\(name), \(shards) shards: \(comparison.summary)")
  }

  /// An evaluation, in the order in which the reference has it.
  private func values(
    _ evaluation: FixedBatch.Evaluation, _ reference: borrowing Reference
  ) throws -> [Float] {
    // Keras tells metrics of the same function apart by what it was asked for first.
    let names = try #require(reference.json("names") as? [String])
      .map { $0 == "weighted_mae" ? "weighted" : $0 }
    #expect(names.sorted() == evaluation.values.map(\.name).sorted())
    return names.map { name in
      Float(evaluation.values.first { $0.name == name }?.value ?? .nan)
    }
  }

  private func weights(_ reference: borrowing Reference) throws -> Arena {
    let values = try reference.floats("weights")
    let arena = Arena(count: values.count)
    _ = arena[0..<values.count].update(from: values)
    return arena
  }

  private func data(_ reference: borrowing Reference, _ name: String) throws -> MemoryDataset {
    func arrays(_ part: String) throws -> [(shape: Shape, values: [Float])] {
      var found: [(shape: Shape, values: [Float])] = []
      while try reference.contains("\(part)_\(found.count)") {
        let dataset = "\(part)_\(found.count)"
        let shape = Shape(Array(try reference.shape(dataset).dropFirst()))
        found.append((shape, try reference.floats(dataset)))
      }
      return found
    }
    let (inputs, targets) = (try arrays("inputs"), try arrays("targets"))
    let weights = try arrays("sample_weight")
    return try MemoryDataset(
      inputs: inputs.map(\.values), targets: targets.map(\.values), weights: weights.map(\.values),
      shape: SampleShape(
        inputs: inputs.map(\.shape), targets: targets.map(\.shape),
        weights: weights.map(\.shape.count)), name: name)
  }
}
