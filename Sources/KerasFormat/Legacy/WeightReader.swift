import HDF5
import Networks
import Tensors

/// Reads weights in Keras's legacy layout, of a weights file or of a whole model.
///
/// Layers that own weights are paired by position, as Keras does: names need not agree. All counts
/// and shapes are compared before memory is taken.
///
/// - Parameters:
///   - file: an open file with `layer_names` at its top or in its group `model_weights`.
///   - network: what the weights are for.
/// - Returns: the weights, by the network's slots.
/// - Throws: a sentence that shows what the network has and what the file has.
public func readWeights(from file: borrowing File, of network: Network) throws -> Arena {
  let groups = ParameterGroup.groups(of: network)
  let layers = try LayerOfFile.layers(of: file).filter { !$0.weights.isEmpty }
  guard layers.count == groups.count else {
    throw mismatch(file.name, groups, layers.map { "\($0.name) (\($0.weights.count) arrays)" })
  }
  for (group, layer) in zip(groups, layers) { try layer.check(against: group, in: file) }
  let weights = Arena(count: network.parameterCount)
  for (group, layer) in zip(groups, layers) {
    for (parameter, path) in zip(group.parameters, layer.weights) {
      try file.dataset(path).read(into: weights[parameter.slot])
    }
  }
  try file.verifyUnchanged()
  return weights
}

/// One layer of a file: its name, and the paths of its weights in order.
private struct LayerOfFile {
  let name: String
  let weights: [String]

  /// The layers in the order of the attribute `layer_names`.
  static func layers(of file: borrowing File) throws -> [LayerOfFile] {
    let root = try rootPath(of: file)
    guard let names = try file.group(root).attributes.strings("layer_names") else {
      throw KerasFormatError(
        "Reading weights from '\(file.name)': it has no attribute 'layer_names', so it is not a "
          + "legacy HDF5 file of Keras.")
    }
    var layers: [LayerOfFile] = []
    for name in names {
      let group = try file.group("\(root)/\(name)")
      guard let weights = try group.attributes.strings("weight_names") else {
        throw KerasFormatError(
          "Reading weights from '\(file.name)': the layer '\(name)' has no attribute "
            + "'weight_names'.")
      }
      layers.append(
        LayerOfFile(name: name, weights: weights.map { "\(root)/\(name)/\($0)" }))
    }
    return layers
  }

  /// A whole model keeps its weights in a group.
  private static func rootPath(of file: borrowing File) throws -> String {
    let atTop = try file.root.attributes.strings("layer_names") != nil
    let isModel = try file.kind(of: LegacyLayout.modelWeights) == .group
    return !atTop && isModel ? "/" + LegacyLayout.modelWeights : ""
  }

  /// Checks number and shapes of the weights.
  func check(against group: ParameterGroup, in file: borrowing File) throws {
    var shapes: [[Int]] = []
    for path in weights.prefix(64) { shapes.append(try file.dataset(path).shape) }
    if weights.count == shapes.count, shapes == group.parameters.map(\.slot.shape) { return }
    let stored = zip(weights, shapes).map { path, shape in
      "\(path.split(separator: "/").last ?? "") \(shape)"
    }
    throw mismatch(file.name, [group], stored, layer: name)
  }
}

/// The sentence that shows both sides.
private func mismatch(
  _ file: String, _ groups: [ParameterGroup], _ stored: [String], layer: String? = nil
) -> KerasFormatError {
  let expected = groups.map { group in
    layer == nil
      ? "\(group.layer) (\(group.parameters.count) arrays)"
      : group.parameters.map { "\($0.path) \($0.slot.shape)" }.joined(separator: ", ")
  }
  let place = layer.map { " of its layer '\($0)'" } ?? ""
  return KerasFormatError(
    "Reading weights from '\(file)': the arrays\(place) do not fit the model. The model has "
      + "\(list(expected)); the file has \(list(stored)). Use the model that the file was made by.")
}

private func list(_ items: [String]) -> String {
  if items.isEmpty { return "none" }
  let rest = items.count > 20 ? ", and \(items.count - 20) more" : ""
  return items.prefix(20).joined(separator: ", ") + rest
}
