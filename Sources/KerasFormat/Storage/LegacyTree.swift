import HDF5

/// Keras's legacy HDF5 tree: groups of layers, in an order that attributes give.
extension TreeReader {
  /// Reads what a legacy file has into a model; false where it is no legacy file.
  mutating func readLegacy(_ file: borrowing File, into model: inout StoredModel) throws -> Bool {
    let config = try text("model_config", of: file.root)
    let isInside = try file.kind(of: LegacyLayout.modelWeights) == .group
    if isInside {
      try readWeights(of: file.group(LegacyLayout.modelWeights), into: &model)
    } else if try file.root.attributes.strings("layer_names") != nil {
      try readWeights(of: file.group("/"), into: &model)
    } else if let count = try file.root.attributes.integer("nb_layers") {
      try readNumberedLayers(count, of: file.root, into: &model)
    } else if config == nil {
      return false
    }
    model.layout = config == nil ? .legacyWeights : .legacyModel
    model.config = config
    model.training = try text("training_config", of: file.root)
    model.kerasVersion = try text("keras_version", of: file.root) ?? model.kerasVersion
    model.backend = try text("backend", of: file.root) ?? model.backend
    if try file.kind(of: LegacyLayout.optimizerWeights) == .group {
      model.optimizer = try arrays(of: file.group(LegacyLayout.optimizerWeights)) ?? []
    }
    return true
  }

  private mutating func readWeights(
    of group: borrowing Group, into model: inout StoredModel
  ) throws {
    model.kerasVersion = try text("keras_version", of: group)
    model.backend = try text("backend", of: group)
    guard let names = try group.attributes.strings("layer_names") else {
      if let count = try group.attributes.integer("nb_layers") {
        return try readNumberedLayers(count, of: group, into: &model)
      }
      throw KerasFormatError(
        "Reading '\(name)': its group '\(group.path)' has no attribute 'layer_names'; the file is "
          + "damaged, or no Keras wrote it.")
    }
    try count(names.count)
    for layer in names {
      guard let weights = try arrays(of: group.group(layer)) else {
        throw KerasFormatError(
          "Reading '\(name)': its layer '\(layer)' has no attribute 'weight_names'; the file is "
            + "damaged, or no Keras wrote it.")
      }
      model.layers.append(StoredLayer(name: layer, weights: weights))
    }
    if try group.kind(of: LegacyLayout.topLevel) == .group {
      model.topLevel = try arrays(of: group.group(LegacyLayout.topLevel)) ?? []
    }
  }

  /// The arrays of one group in the order of its attribute; nil without the attribute.
  private mutating func arrays(of group: borrowing Group) throws -> [StoredArray]? {
    guard let names = try group.attributes.strings("weight_names") else { return nil }
    var found: [StoredArray] = []
    for name in names { found.append(try array(name, at: name, in: group)) }
    return found
  }

  /// Keras 0.x: numbers instead of names.
  private mutating func readNumberedLayers(
    _ count: Int, of group: borrowing Group, into model: inout StoredModel
  ) throws {
    for layer in 0..<max(0, count) {
      try self.count()
      let inner = try group.group("layer_\(layer)")
      var weights: [StoredArray] = []
      for index in 0..<max(0, try inner.attributes.integer("nb_params") ?? 0) {
        weights.append(try array("param_\(index)", at: "param_\(index)", in: inner))
      }
      model.layers.append(StoredLayer(name: "layer_\(layer)", weights: weights))
    }
  }
}
