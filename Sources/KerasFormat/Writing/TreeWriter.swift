import HDF5
import Networks
import Tensors

/// Writes Keras 3's tree: objects as groups, and in each a group `vars` of numbered arrays.
struct TreeWriter {
  private let model: SavedModel
  /// Where an array is in the file already, by its parameter's path; it is linked then.
  private let existing: [String: String]

  init(_ model: SavedModel, existing: [String: String] = [:]) {
    self.model = model
    self.existing = existing
  }

  /// Writes all objects that own arrays, and the optimizer.
  func write(to file: borrowing NewFile) throws {
    let parameters = model.network.parameters
    for (object, own) in Self.objects(of: parameters) {
      for (number, parameter) in own.enumerated() {
        let path = "\(object)/vars/\(number)"
        if let source = existing[parameter.path] {
          try file.link(source, to: path)
        } else {
          try file.write(
            UnsafeBufferPointer(model.weights[parameter.slot]), shape: parameter.slot.shape,
            to: path)
        }
      }
    }
    for (layer, key) in Self.keys(of: parameters) {
      try file.setAttribute("name", of: "\(key)/vars", to: .text(layer))
    }
    for (number, variable) in (model.storedOptimizer?.variables ?? []).enumerated() {
      try file.write(variable, to: "optimizer/vars/\(number)")
    }
  }

  /// The objects with their parameters, weights before statistics, in the order of the network.
  static func objects(of parameters: [Parameter]) -> [(object: String, parameters: [Parameter])] {
    var order: [String] = []
    var own: [String: [Parameter]] = [:]
    for parameter in parameters {
      if own[parameter.object] == nil { order.append(parameter.object) }
      own[parameter.object, default: []].append(parameter)
    }
    return order.map { object in
      let all = own[object] ?? []
      return (object, all.filter { $0.role == .weight } + all.filter { $0.role != .weight })
    }
  }

  /// The paths of the layers of the model, with their names.
  private static func keys(of parameters: [Parameter]) -> [(layer: String, key: String)] {
    var seen: Set<String> = []
    return parameters.compactMap { parameter in
      let key = ObjectTree.layer(of: parameter.object)
      return seen.insert(key).inserted ? (parameter.layer, key) : nil
    }
  }
}
