import HDF5
import Networks
import Tensors

/// Writes Keras's legacy HDF5 layout: a group for each layer, with an ordered list of its arrays.
struct LegacyWriter {
  private let model: SavedModel
  private let style: ConfigStyle
  /// The group of the layers; empty for the top.
  private let root: String

  init(_ model: SavedModel, style: ConfigStyle, root: String) {
    self.model = model
    self.style = style
    self.root = root
  }

  /// What the model was compiled with, if it is to be trained on.
  var training: JSON? {
    get throws {
      guard let training = model.training, let optimizer = model.storedOptimizer else {
        return nil
      }
      let json = training.json(optimizer: optimizer)
      return style == .keras2 ? Keras2Training.translate(json) : json
    }
  }

  /// Writes the layers with their arrays.
  func write(to file: borrowing NewFile) throws {
    let names = model.network.summaries.map(\.name)
    try ModelWriter.check(names: names)
    let version = style == .keras2 ? LegacyLayout.keras2Version : LegacyLayout.version
    try file.setAttribute("layer_names", of: "/\(root)", to: .names(names))
    try file.setAttribute("backend", of: "/\(root)", to: .bytes(LegacyLayout.backend))
    try file.setAttribute("keras_version", of: "/\(root)", to: .bytes(version))
    for layer in names {
      let parameters = Self.stored(model.network.parameters.filter { $0.layer == layer })
      let weights = parameters.map { name(of: $0) }
      try file.setAttribute("weight_names", of: "\(root)/\(layer)", to: .names(weights))
      for (parameter, name) in zip(parameters, weights) {
        try file.write(
          UnsafeBufferPointer(model.weights[parameter.slot]), shape: parameter.slot.shape,
          to: "\(root)/\(layer)/\(name)")
      }
    }
    try file.setAttribute("weight_names", of: "\(root)/\(LegacyLayout.topLevel)", to: .names([]))
  }

  /// The path of a parameter's array below its layer's group.
  func name(of parameter: Parameter) -> String {
    style == .keras2 ? "\(parameter.path):0" : "\(model.network.name)/\(parameter.path)"
  }

  /// Keras's order in a layer: what is trained before what is not.
  static func stored(_ parameters: [Parameter]) -> [Parameter] {
    parameters.filter(\.isTrained) + parameters.filter { !$0.isTrained }
  }

  /// Writes the group `optimizer_weights`.
  func writeOptimizer(to file: borrowing NewFile) throws {
    guard let optimizer = model.storedOptimizer else { return }
    let root = LegacyLayout.optimizerWeights
    let variables =
      style == .keras2
      ? Keras2Training.variables(of: optimizer, model.trainedParameters)
      : optimizer.variables.map { ($0.name, $0) }
    try file.setAttribute("weight_names", of: root, to: .names(variables.map(\.0)))
    for (name, variable) in variables { try file.write(variable, to: "\(root)/\(name)") }
  }
}

extension NewFile {
  /// Writes a variable of an optimizer.
  borrowing func write(_ variable: OptimizerVariable, to path: String) throws(HDF5Error) {
    switch variable.values {
    case .integer(let value): try write([value], shape: variable.shape, to: path)
    case .floats(let values): try write(values, shape: variable.shape, to: path)
    }
  }
}
