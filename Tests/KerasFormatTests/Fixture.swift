import Foundation
import HDF5
import KerasFormat
import Networks
import Tensors

/// Files that real Keras made, here and in the collection that may stand beside the checkout.
enum Fixture {
  static func path(_ name: String, from file: String = #filePath) -> String {
    URL(filePath: file).deletingLastPathComponent().appending(path: "Fixtures/\(name).h5").path
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path(name))))
  }

  /// A file of the shared collection; nil where that is not at hand.
  static func shared(_ name: String, from file: String = #filePath) -> String? {
    var root = URL(filePath: file)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let path = root.appending(path: "shared/fixtures/open/\(name)").path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  static func floats(_ name: String, in file: borrowing File) throws -> [Float] {
    try file.dataset(name).read(as: Float.self, limit: 1 << 20)
  }

  /// What the model predicts for batch-major inputs.
  static func predict(_ model: SavedModel, _ x: [Float]) -> [Float] {
    predict(model, inputs: [x])[0]
  }

  /// What a model of any number of inputs and outputs predicts for batch-major inputs.
  static func predict(_ model: SavedModel, inputs: [[Float]]) -> [[Float]] {
    let network = model.network
    let rows = inputs[0].count / network.inputs[0].shape.count
    let panels = Arena(count: network.panelCount)
    network.pack(model.weights, into: panels)
    let pass = Pass(
      weights: model.weights, panels: panels, gradients: .empty,
      workspace: Arena(count: network.workspaceCount),
      states: States(perRow: network.statesPerRow, capacity: rows),
      noise: Noise(seed: 0, step: 0, row: 0), rows: rows, firstRow: 0, training: false)
    for (input, x) in zip(network.inputs, inputs) {
      let (steps, features) = (input.shape.steps, input.shape.features)
      let target = pass.matrix(input)
      for row in 0..<rows {
        for step in 0..<steps {
          for feature in 0..<features {
            target.base[(step * rows + row) * features + feature] =
              x[(row * steps + step) * features + feature]
          }
        }
      }
    }
    network.forward(pass)
    return network.outputs.map { output in
      let y = pass.matrix(output)
      return (0..<rows).flatMap { row in
        (0..<output.shape.steps).flatMap { step in
          (0..<output.shape.features).map { y.base[(step * rows + row) * y.columns + $0] }
        }
      }
    }
  }
}

/// The largest difference between two lists of numbers; infinite where their lengths differ.
func worstDifference(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).map { abs($0 - $1) }.reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
}
