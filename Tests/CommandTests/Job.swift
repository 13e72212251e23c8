import Foundation
import HDF5
import TestSupport

/// A folder with a recipe and data that the command can work on.
struct Job {
  let scratch: ScratchDirectory

  static let recipe = """
    model:
      layers:
        - LSTM: {units: 3, dropout: 0.1}
        - Dense: {units: 2}
    data: {train: data.h5}
    training:
      loss: mse
      metrics: [mae]
      batch_size: 20
      epochs: 2
    """

  init(rows: Int = 200) throws {
    scratch = try ScratchDirectory()
    try scratch.write(Self.recipe, to: "small.yaml")
    try write("data.h5", shape: [rows, 6, 1])
  }

  /// Writes /x and /y of random numbers.
  func write(
    _ name: String, shape: [Int], targets: [Int]? = nil, packing: Packing? = nil,
    change: (inout [Float]) -> Void = { _ in }
  ) throws {
    var random = SeededRandom(seed: 7)
    let targets = targets ?? [shape[0], 2]
    var x = random.floats(shape.reduce(1, *))
    let y = random.floats(targets.reduce(1, *))
    change(&x)
    let file = try NewFile(inMemory: name)
    try file.write(x, shape: shape, to: "x", packing: packing)
    try file.write(y, shape: targets, to: "y")
    try Data(try file.image()).write(to: scratch.url.appendingPathComponent(name))
  }

  /// Trains with this recipe.
  func train(
    _ arguments: String..., environment: [String: String] = [:]
  ) throws -> Command {
    try Command(
      ["train", "small.yaml"] + arguments, in: scratch.url, environment: environment)
  }

  /// What is in the folder.
  var names: Set<String> {
    get throws { Set(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)) }
  }
}
