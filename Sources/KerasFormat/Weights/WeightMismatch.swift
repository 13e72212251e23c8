import Networks

/// The sentence for weights that do not fit: both sides, and what would fit.
extension WeightPairing {
  /// Says what the network has, what the file has, and proposes what fits.
  func mismatch(_ detail: String = "") -> KerasFormatError {
    let model = groups.map { "\($0.layer) (\(describe($0)))" }
    let file = layers.map { "\($0.name) (\(Self.describe($0)))" }
    return KerasFormatError(
      "Reading weights from '\(stored.name)': the arrays do not fit the model. "
        + (detail.isEmpty ? "" : detail + " ") + "The model has \(Self.list(model)); the file has "
        + "\(Self.list(file)). \(proposal)")
  }

  /// What of the other ways fits.
  private var proposal: String {
    if byName().allSatisfy(\.fits) {
      return "Every layer has a namesake that fits: '--by-name' takes these."
    }
    if !isTree, byOrder() != nil {
      return "The arrays fit one after the other: '--by-order' takes them so."
    }
    if let mapping = mappingByShape {
      let pairs = mapping.map { "\($0.layer) ← \($0.stored)" }
      return
        "By shape alone these fit: \(Self.list(pairs)); give the layers of the model these names "
        + "and use '--by-name'."
    }
    return "Use the model that the file was made by, or '--skip-mismatch' for the layers that fit."
  }

  /// For each layer of the network one of the file that fits; nil if there is none for one.
  private var mappingByShape: [(layer: String, stored: String)]? {
    var free = layers
    var mapping: [(layer: String, stored: String)] = []
    for group in groups {
      guard let index = free.firstIndex(where: { pair(group, $0).fits }) else { return nil }
      mapping.append((group.layer, free.remove(at: index).name))
    }
    return mapping.isEmpty ? nil : mapping
  }

  func describe(_ group: ParameterGroup) -> String {
    Self.list(group.parameters.map { "\($0.name) \($0.slot.shape)" })
  }

  static func describe(_ layer: StoredLayer) -> String {
    list(layer.weights.map { "\($0.name.split(separator: "/").last ?? "") \($0.shape)" })
  }

  static func list(_ items: [String]) -> String {
    if items.isEmpty { return "none" }
    let rest = items.count > 20 ? ", and \(items.count - 20) more" : ""
    return items.prefix(20).joined(separator: ", ") + rest
  }

  /// Keras 3's variables as layers, under the names that the file notes or the paths.
  static func layers(of stored: StoredModel) -> [StoredLayer] {
    var order: [String] = []
    var arrays: [String: [StoredArray]] = [:]
    for array in stored.variables where ObjectTree.isWeight(array) {
      let path = ObjectTree.layer(of: ObjectTree.object(of: array.name))
      if arrays[path] == nil { order.append(path) }
      arrays[path, default: []].append(array)
    }
    return order.map { StoredLayer(name: stored.names[$0] ?? $0, weights: arrays[$0] ?? []) }
  }
}
