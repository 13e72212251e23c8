import Foundation
import Lockstep
import Testing

/// Models whose layers are not all trainable are refused, not trained in silence.
@Suite struct FrozenLayerTests {
  @Test func frozenLayersAreRefusedByName() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lockstep-frozen-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (data, path) = ("\(folder.path)/maxmin.h5", "\(folder.path)/frozen.h5")
    try MaxMin(seed: 1).write(rows: 20, to: data)
    try write(Sequential(input: Shape([60, 1]), [LSTM(3), Dense(2)]), frozen: ["lstm"], to: path)
    let recipe = try Recipe(
      yaml: "{model: frozen.h5, data: {train: maxmin.h5}, training: {loss: mse}}",
      folder: folder.path)
    let error = #expect(throws: TrainingError.self) {
      _ = try Run(recipe, directory: "\(folder.path)/run")
    }
    #expect(error?.description.contains("not trainable ('lstm')") == true)
    #expect(error?.kind == .data)
  }

  private func write(_ model: Sequential, frozen: Set<String>, to path: String) throws {
    var model = model
    model.frozen = frozen
    let network = try model.network(rows: 1)
    let saved = SavedModel(
      description: ModelDescription(model: model), network: network,
      weights: Arena(count: network.parameterCount))
    let file = try NewFile(at: path)
    try saved.write(to: file)
    try file.close()
  }
}
