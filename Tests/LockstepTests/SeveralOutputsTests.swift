import Foundation
import Lockstep
import Testing

/// A model with two inputs and two outputs, from a file to a run, its scores and its predictions.
@Suite struct SeveralOutputsTests {
  @Test func trainsEvaluatesAndPredicts() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lockstep-outputs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = { folder.appendingPathComponent($0).path }
    try writeModel(to: path("start.h5"))
    try writeData(to: path("data.h5"))
    let recipe = try Recipe(
      yaml: """
        model: start.h5
        data: {train: data.h5, validation_split: 0.25}
        training:
          loss: {a: mse, b: binary_crossentropy}
          loss_weights: {b: 0.5}
          metrics: {a: [mae]}
          class_weight: {b: {0: 1, 1: 3}}
          freeze: [lstm]
          batch_size: 8
          epochs: 3
        """, folder: folder.path)
    let whole = try Run(recipe, directory: path("whole")).train { _ in }
    let history = try String(contentsOfFile: path("whole/history.csv"), encoding: .utf8)
    #expect(
      history.hasPrefix(
        "epoch,step,loss,a_loss,a_mae,b_loss,val_loss,val_a_loss,val_a_mae,val_b_loss"))
    var options = Run.Options()
    options.steps = 5
    _ = try Run(recipe, directory: path("run"), options: options).train { _ in }
    (options.steps, options.resumes, options.workers) = (nil, true, Workers(3))
    let resumed = try Run(recipe, directory: path("run"), options: options).train { _ in }
    #expect(resumed.fingerprint == whole.fingerprint)

    let (model, data) = try TrainedModel.open(whole.path, on: path("data.h5"))
    let scores = try model.evaluate(data)
    #expect(scores.map(\.name) == ["loss", "a_loss", "a_mae", "b_loss"])
    #expect(abs(scores[0].value - scores[1].value - 0.5 * scores[3].value) < 1e-9)
    var outputs: [Float] = []
    try model.predict(data) { outputs += Array($1) }
    #expect(outputs.count == 32 * 3)
    let squares = (0..<32).reduce(0.0) { sum, row in
      (0..<2).reduce(sum) { $0 + pow(Double(outputs[row * 3 + $1] - target(row, $1)), 2) / 2 }
    }
    #expect(abs(squares / 32 - scores[1].value) < 1e-6)
  }

  private func writeModel(to path: String) throws {
    var model = Functional(name: "two")
    let series = model.input("series", Shape([4, 2]))
    let vector = model.input("vector", Shape([3]))
    let shared = model.add(Dense(3, activation: .tanh, name: "shared"))
    let one = model.call(shared, model.call(LSTM(3, name: "lstm"), series))
    model.outputs = [
      model.call(Dense(2, name: "a"), one),
      model.call(Dense(1, activation: .sigmoid, name: "b"), model.call(shared, vector)),
    ]
    let network = try model.network(rows: 1)
    let weights = Arena(count: network.parameterCount)
    network.initialize(weights, seed: 1)
    let saved = SavedModel(
      description: ModelDescription(model: model), network: network, weights: weights)
    let file = try NewFile(at: path)
    try saved.write(to: file)
    try file.close()
  }

  private func writeData(to path: String) throws {
    let file = try NewFile(at: path)
    let numbers = { (count: Int) in (0..<count).map { sin(Float($0 * $0)) } }
    try file.write(numbers(32 * 8), shape: [32, 4, 2], to: "series")
    try file.write(numbers(32 * 3), shape: [32, 3], to: "vector")
    try file.write((0..<64).map { target($0 / 2, $0 % 2) }, shape: [32, 2], to: "a")
    try file.write((0..<32).map { Float($0 % 2) }, shape: [32, 1], to: "b")
    try file.close()
  }

  private func target(_ row: Int, _ place: Int) -> Float { cos(Float(row + place)) }
}
