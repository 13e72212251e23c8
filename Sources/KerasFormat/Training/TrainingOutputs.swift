extension TrainingConfig {
  /// What each output of a model was compiled with.
  ///
  /// - Parameter names: the names of the model's outputs, in its order.
  /// - Returns: an entry for each output.
  /// - Throws: a sentence when lists or names do not fit the outputs.
  public func outputs(_ names: [String]) throws(KerasFormatError) -> [OutputTraining] {
    let reader = OutputsReader(names: names, source: source)
    let losses = try reader.each(loss, "loss")
    let weights = try reader.each(lossWeights, "loss_weights")
    let metrics = try reader.lists(metrics, "metrics")
    let weighted = try reader.lists(weightedMetrics, "weighted_metrics")
    return names.indices.map { index in
      OutputTraining(
        name: names[index], loss: losses[index], weight: weights[index].double ?? 1,
        metrics: metrics[index], weightedMetrics: weighted[index], source: source)
    }
  }
}

/// Deals what stands for all outputs out to each.
private struct OutputsReader {
  let names: [String]
  let source: ConfigSource

  /// One value for each output: the same for all, a list, or by name.
  func each(_ json: JSON, _ key: String) throws(KerasFormatError) -> [JSON] {
    if let object = byName(json) { return try values(object, key) }
    guard let list = json.array else { return names.map { _ in json } }
    guard list.count == names.count else { throw mismatch(key, "a list of \(list.count)") }
    return list
  }

  /// A list of metrics for each output.
  ///
  /// A flat list belongs to the only output; of several, each gets one of its entries in Keras 3, and
  /// all of them before.
  func lists(_ json: JSON, _ key: String) throws(KerasFormatError) -> [[JSON]] {
    if let object = byName(json) { return try values(object, key).map(flattened) }
    guard let list = json.array, names.count != 1 else { return names.map { _ in flattened(json) } }
    if list.isEmpty { return names.map { _ in [] } }
    let isNested = list.contains { $0.array != nil || $0.isNull }
    guard isNested || source.generation == .keras3 else { return names.map { _ in list } }
    guard list.count == names.count else { throw mismatch(key, "a list of \(list.count)") }
    return list.map(flattened)
  }

  private func flattened(_ json: JSON) -> [JSON] {
    if json.isNull { return [] }
    return json.array?.flatMap(flattened) ?? [json]
  }

  /// The object, if it is one by names and no loss or metric.
  private func byName(_ json: JSON) -> JSONObject? {
    json["class_name"] == nil ? json.object : nil
  }

  private func values(_ object: JSONObject, _ key: String) throws(KerasFormatError) -> [JSON] {
    // Only one can be meant, whatever it is called.
    if names.count == 1, object.keys.count == 1 { return object.pairs.map(\.value) }
    if let stranger = object.keys.first(where: { !names.contains($0) }) {
      throw mismatch(key, "'\(stranger)'")
    }
    return names.map { object[$0] ?? .null }
  }

  private func mismatch(_ key: String, _ found: String) -> KerasFormatError {
    let outputs = names.map { "'\($0)'" }.joined(separator: ", ")
    return KerasFormatError(
      "Reading what the model was compiled with: '\(key)' has \(found), and the model's outputs are "
        + "\(outputs).")
  }
}
