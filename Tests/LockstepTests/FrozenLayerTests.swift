import Foundation
import Lockstep
import Testing

/// Frozen layers stay as they are, whether a file says so or a recipe.
@Suite struct FrozenLayerTests {
  @Test(arguments: [
    (file: ["lstm"], freeze: "[]", kept: ["lstm"]),
    (file: [], freeze: "['lst*']", kept: ["lstm"]),
    (file: ["lstm"], freeze: "[dense]", kept: ["lstm", "dense"]),
    (file: [], freeze: "[]", kept: []),
  ])
  func frozenLayersStay(file: [String], freeze: String, kept: [String]) throws {
    try inFolder { folder in
      let before = try write(file, to: "\(folder)/start.h5")
      let recipe = try recipe(freeze, folder)
      let result = try Run(recipe, directory: "\(folder)/run").train { _ in }
      let after = try TrainedModel(path: result.path).saved
      for parameter in after.network.parameters {
        let isSame = Array(after.weights[parameter.slot]) == Array(before[parameter.slot])
        #expect(isSame == kept.contains(parameter.layer), "\(parameter.path)")
        #expect(parameter.isTrained == !kept.contains(parameter.layer))
      }
    }
  }

  /// The optimizer's state has no place for frozen weights, and a run goes on from it.
  @Test func aRunWithFrozenLayersGoesOn() throws {
    try inFolder { folder in
      try write([], to: "\(folder)/start.h5")
      let recipe = try recipe("[lstm]", folder)
      let whole = try Run(recipe, directory: "\(folder)/whole").train { _ in }
      var options = Run.Options()
      options.steps = 3
      _ = try Run(recipe, directory: "\(folder)/run", options: options).train { _ in }
      (options.steps, options.resumes) = (nil, true)
      let resumed = try Run(recipe, directory: "\(folder)/run", options: options).train { _ in }
      #expect(resumed.fingerprint == whole.fingerprint)
      let optimizer = try #require(try TrainedModel(path: whole.path).saved.optimizer)
      #expect(optimizer.variables.filter { !$0.shape.isEmpty }.count == 2 * 2)
    }
  }

  @Test func aPatternWithoutALayerIsAMistake() throws {
    try inFolder { folder in
      try write([], to: "\(folder)/start.h5")
      let error = #expect(throws: TrainingError.self) {
        _ = try Run(recipe("[dens]", folder), directory: "\(folder)/run")
      }
      #expect(
        error?.description.contains("no layer is called 'dens'; did you mean 'dense'?") == true)
    }
  }

  private func recipe(_ freeze: String, _ folder: String) throws -> Recipe {
    try Recipe(
      yaml: """
        {model: start.h5, data: {train: maxmin.h5},
         training: {loss: mse, batch_size: 4, freeze: \(freeze)}}
        """, folder: folder)
  }

  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lockstep-frozen-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try MaxMin(seed: 1).write(rows: 20, to: "\(folder.path)/maxmin.h5")
    try body(folder.path)
  }

  @discardableResult
  private func write(_ frozen: [String], to path: String) throws -> Arena {
    var model = Sequential(input: Shape([60, 1]), [LSTM(3), Dense(2)])
    model.frozen = Set(frozen)
    let network = try model.network(rows: 1)
    let weights = Arena(count: network.parameterCount)
    network.initialize(weights, seed: 3)
    let saved = SavedModel(
      description: ModelDescription(model: model), network: network, weights: weights)
    let file = try NewFile(at: path)
    try saved.write(to: file)
    try file.close()
    return weights
  }
}
