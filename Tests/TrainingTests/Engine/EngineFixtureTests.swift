import Foundation
import HDF5
import KerasFormat
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Outputs, losses, gradients and five steps of whole models beside real Keras 3, where the shared
/// collection stands beside the checkout.
@Suite struct EngineFixtureTests {
  static let folder: String = {
    var root = URL(filePath: #filePath)
    for _ in 0..<5 { root.deleteLastPathComponent() }
    return root.appending(path: "shared/fixtures/open").path
  }()

  /// The models that Keras 3 saved, with their gradients.
  ///
  /// One has a mask as an operation of its graph, which is not read; another is about optimizers.
  static let names: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return all.sorted().filter { name in
      guard let file = try? File(reading: "\(folder)/\(name)/expected.h5"),
        !["masked_multi", "optimizer_zoo"].contains(name),
        FileManager.default.fileExists(atPath: "\(folder)/\(name)/model.keras")
      else { return false }
      let version = (try? file.root.attributes.string("keras_version")) ?? nil
      return version?.hasPrefix("3.") == true && (try? file.kind(of: "grads")) == .group
    }
  }()

  @Test(.enabled(if: FileManager.default.fileExists(atPath: folder)))
  func modelsAreThere() { #expect(Self.names.count >= 28) }

  @Test(arguments: names) func agreesWithKeras(name: String) throws {
    let file = try File(reading: "\(Self.folder)/\(name)/expected.h5")
    let data = try Self.data(file)
    let saved = try SavedModel(
      path: "\(Self.folder)/\(name)/model.keras", rows: data.count, inputs: data.shape.inputs)
    let objective = try Self.objective(file, saved, data)
    let fixed = try FixedBatch(
      saved.description.model, weights: saved.weights, data: data, objective: objective)
    let evaluation = try fixed.evaluate()
    let loss = try Self.floats("loss", file)[0]
    #expect(abs(Float(evaluation.values[0].value) - loss) < 2e-6 * max(1, abs(loss)))
    var worst: Float = 0
    for (index, ours) in evaluation.gradients.filter({ !$0.isEmpty }).enumerated() {
      let theirs = try Self.floats("grads/\(index)", file)
      try #require(ours.count == theirs.count)
      let scale = theirs.reduce(1) { max($0, abs($1)) }
      worst = zip(ours, theirs).reduce(worst) { max($0, abs($1.0 - $1.1) / scale) }
    }
    #expect(worst < 5e-6, "gradients")
    for tag in try file.kind(of: "opt") == .group ? file.group("opt").members() : [] {
      try checkSteps(tag, file, saved, data, objective)
    }
  }

  private func checkSteps(
    _ tag: String, _ file: borrowing File, _ saved: SavedModel, _ data: MemoryDataset,
    _ objective: Objective
  ) throws {
    let text = try #require(try file.group("opt/\(tag)").attributes.string("config"))
    let state = try OptimizerState(config: JSON(parsing: text), variables: [], by: .keras3)
    let fixed = try FixedBatch(
      saved.description.model, weights: saved.weights, data: data, objective: objective,
      optimizer: state.optimizer())
    for (steps, name) in [(1, "step1"), (4, "step5")] {
      _ = try fixed.train(steps: steps, resetsStates: true)
      let theirs = try Self.floats("opt/\(tag)/\(name)", file)
      let ours = fixed.network.parameters.filter(\.isTrained)
        .flatMap { Array(fixed.weights[$0.slot]) }
      try #require(ours.count == theirs.count)
      let worst = zip(ours, theirs).map { abs($0 - $1) }.max() ?? 0
      #expect(worst < 2e-5, "\(tag), \(name)")
    }
  }

  /// States of stateful models go on from one prediction to the next.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: folder)))
  func statesGoOn() throws {
    let file = try File(reading: "\(Self.folder)/stateful/expected.h5")
    let saved = try SavedModel(path: "\(Self.folder)/stateful/model.keras", rows: 3)
    let inference = Inference(saved.network, weights: saved.weights)
    for name in ["outputs/0", "outputs2/0"] {
      let found = inference.outputs([try Self.floats("inputs/0", file)], rows: 3)[0]
      let worst = zip(found, try Self.floats(name, file)).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 2e-6, "\(name)")
    }
  }

  // MARK: The layout of expected.h5

  private static func data(_ file: borrowing File) throws -> MemoryDataset {
    let (inputs, targets) = (try arrays("inputs", file), try arrays("targets", file))
    let weights = try arrays("sample_weight", file)
    return try MemoryDataset(
      inputs: inputs.map(\.values), targets: targets.map(\.values), weights: weights.map(\.values),
      shape: SampleShape(
        inputs: inputs.map(\.shape), targets: targets.map(\.shape),
        weights: weights.map(\.shape.count)))
  }

  private static func arrays(
    _ group: String, _ file: borrowing File
  ) throws -> [(shape: Shape, values: [Float])] {
    guard try file.kind(of: group) == .group else { return [] }
    return try (0..<file.group(group).members().count).map { index in
      let shape = try file.dataset("\(group)/\(index)").shape
      return (Shape(Array(shape.dropFirst())), try floats("\(group)/\(index)", file))
    }
  }

  private static func objective(
    _ file: borrowing File, _ saved: SavedModel, _ data: MemoryDataset
  ) throws -> Objective {
    let json = try JSON(parsing: try #require(try file.root.attributes.string("loss")))
    let weights = try file.root.attributes.numbers("loss_weights") ?? []
    let config = TrainingConfig(
      loss: json, lossWeights: weights.isEmpty ? .null : .array(weights.map(JSON.double)))
    return Objective(
      try config.outputs(saved.description.model.outputNames).map { output in
        Objective.Output(output.name, loss: try output.lossValue(), weight: output.weight)
      })
  }

  private static func floats(_ name: String, _ file: borrowing File) throws -> [Float] {
    try file.dataset(name).read(as: Float.self, limit: 1 << 22)
  }
}
