import Networks

extension TrainingConfig {
  /// The same in words that Keras 3 takes from every layout.
  ///
  /// Short names such as `mse` are written well by Keras into HDF5 files and then refused by itself,
  /// and Keras 2 wraps its metrics in objects that Keras 3 does not know.
  var settled: TrainingConfig {
    TrainingConfig(
      loss: Self.map(loss, loss), lossWeights: lossWeights,
      metrics: Self.map(metrics, metric), weightedMetrics: Self.map(weightedMetrics, metric))
  }

  private func loss(_ json: JSON) -> JSON {
    // Objects of Keras 3 may hold what we do not know.
    if source.generation == .keras3, json.string == nil { return json }
    guard let value = try? KerasFormat.lossValue(json, source: source) else {
      return source.generation == .keras3 ? json : .null
    }
    return lossConfig(value)
  }

  private func metric(_ json: JSON) -> JSON {
    if source.generation == .keras3 { return json }
    return functionName(json).map(JSON.string) ?? json["config"]?["name"] ?? .null
  }

  /// What a description is for each output: one for all, a list, or an object by names.
  private static func map(_ json: JSON, _ change: (JSON) -> JSON) -> JSON {
    if json.isNull { return json }
    if let values = json.array { return .array(values.map { map($0, change) }) }
    guard let object = json.object, object["class_name"] == nil else { return change(json) }
    var changed = JSONObject()
    for (key, value) in object.pairs { changed[key] = map(value, change) }
    return .object(changed)
  }
}
