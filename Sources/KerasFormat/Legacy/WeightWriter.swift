import HDF5
import Networks
import Tensors

/// Writes the group `model_weights`, with the paths of Keras 3.3 and later.
func writeWeights(
  _ weights: Arena, of network: Network, layerNames: [String], to file: borrowing NewFile
) throws(HDF5Error) {
  let root = LegacyLayout.modelWeights
  try file.setAttribute("layer_names", of: root, to: .names(layerNames))
  try file.setAttribute("backend", of: root, to: .bytes(LegacyLayout.backend))
  try file.setAttribute("keras_version", of: root, to: .bytes(LegacyLayout.version))
  for layer in layerNames {
    let parameters = network.parameters.filter { $0.layer == layer }
    let names = parameters.map { "\(network.name)/\($0.path)" }
    try file.setAttribute("weight_names", of: "\(root)/\(layer)", to: .names(names))
    for (parameter, name) in zip(parameters, names) {
      try file.write(
        UnsafeBufferPointer(weights[parameter.slot]), shape: parameter.slot.shape,
        to: "\(root)/\(layer)/\(name)")
    }
  }
  try file.setAttribute("weight_names", of: "\(root)/\(LegacyLayout.topLevel)", to: .names([]))
}

extension OptimizerState {
  /// Writes the group `optimizer_weights`.
  func write(to file: borrowing NewFile) throws(HDF5Error) {
    let root = LegacyLayout.optimizerWeights
    try file.setAttribute("weight_names", of: root, to: .names(variables.map(\.name)))
    for variable in variables {
      let path = "\(root)/\(variable.name)"
      switch variable.values {
      case .integer(let value): try file.write([value], shape: variable.shape, to: path)
      case .floats(let values): try file.write(values, shape: variable.shape, to: path)
      }
    }
  }
}
