import Foundation
import HDF5
import KerasFormat
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Five steps of real Keras in 29 ways, where the shared collection stands beside the checkout.
@Suite struct OptimizerZooTests {
  static let folder: String = {
    var root = URL(filePath: #filePath)
    for _ in 0..<5 { root.deleteLastPathComponent() }
    return root.appending(path: "shared/fixtures/open/optimizer_zoo").path
  }()

  static let variants: [String] = {
    guard let file = try? File(reading: "\(folder)/expected.h5") else { return [] }
    return (try? file.group("opt").members()) ?? []
  }()

  @Test(.enabled(if: FileManager.default.fileExists(atPath: folder)))
  func variantsAreThere() { #expect(Self.variants.count == 29) }

  @Test(arguments: variants) func weightsAndStateAreThoseOfKeras(_ variant: String) throws {
    let file = try File(reading: "\(Self.folder)/expected.h5")
    let group = try file.group("opt/\(variant)")
    let text = try #require(try group.attributes.string("config"))
    let state = try OptimizerState(config: JSON(parsing: text), variables: [], by: .keras3)
    let optimizer = try state.optimizer()
    let model = try SavedModel(reading: File(reading: "\(Self.folder)/legacy_model.h5"), rows: 5)
    let trainer = try trainer(model, optimizer)
    var samples = Samples(5, SampleShape(input: Shape([4, 2]), target: Shape([2]), weights: 0))
    samples.inputs = try floats("inputs/0", file)
    samples.targets = try floats("targets/0", file)
    for step in 1...5 {
      try trainer.train(samples.batch(0..<5))
      guard step == 1 || step == 5 else { continue }
      let expected = try floats("opt/\(variant)/step\(step)", file)
      let worst = zip(trainer.weights.values, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst < 2e-5 && expected.count == trainer.weights.count, "step \(step)")
    }
    guard try group.kind(of: "state") == .group else { return }
    try check(trainer, state, file.group("opt/\(variant)/state"))
  }

  private func trainer(_ model: SavedModel, _ optimizer: any Optimizer) throws -> Trainer {
    let trainer = try Trainer(
      model.network, shape: SampleShape(input: Shape([4, 2]), target: Shape([2]), weights: 0),
      objective: Objective(MeanSquaredError()), optimizer: optimizer,
      settings: EngineSettings(
        plan: ShardPlan(batchSize: 5, shards: 1),
        accumulateSteps: optimizer.settings.gradientAccumulationSteps ?? 1))
    trainer.weights.copy(from: model.weights)
    trainer.spreadWeights()
    return trainer
  }

  /// Keras's variables after five steps are ours, in the same order.
  private func check(
    _ trainer: Trainer, _ state: OptimizerState, _ group: borrowing Group
  ) throws {
    let ours = try OptimizerState(
      of: trainer.optimizer, step: trainer.step, learningRate: Float(trainer.learningRate),
      state: trainer.moments, model: "opt_zoo", parameters: trainer.network.parameters)
    let count = try group.members().count
    #expect(count == ours.variables.count)
    for (index, variable) in ours.variables.enumerated() {
      let dataset = try group.dataset("\(index)")
      #expect(dataset.shape == variable.shape, "\(variable.name)")
      let expected = try dataset.read(as: Float.self, limit: 1 << 16)
      let values: [Float] =
        switch variable.values {
        case .integer(let value): [Float(value)]
        case .floats(let values): values
        }
      let worst = zip(values, expected).map { abs($0 - $1) }.max() ?? 0
      #expect(worst < 2e-5 && values.count == expected.count, "\(variable.name): \(worst)")
      let path = try dataset.attributes.string("path") ?? ""
      #expect(path.split(separator: "/").last == variable.name.split(separator: "/").last)
    }
  }

  private func floats(_ name: String, _ file: borrowing File) throws -> [Float] {
    try file.dataset(name).read(as: Float.self, limit: 1 << 20)
  }
}
