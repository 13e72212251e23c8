import Networks

/// The classes of layers that configs may name.
public var layerClassNames: [String] { LayerTable.rows.map(\.className) }

/// The layer that a class name and options describe, in Keras's words.
///
/// - Parameters:
///   - className: Keras's name of the class, for example `LSTM`.
///   - options: Keras's config; keys that are missing have Keras's defaults.
///   - source: who wrote it.
/// - Returns: the layer.
/// - Throws: a sentence that names the class or option that is unknown, and the nearest known one.
public func layer(
  className: String, options: JSONObject, source: ConfigSource = .recipe
) throws(KerasFormatError) -> any Layer {
  if let row = LayerTable.rows.first(where: { $0.className == className }) {
    return try row.read(options, source)
  }
  if let former = formerLayer(className) { return try former.read(options, source) }
  if className == "Lambda" {
    throw KerasFormatError(
      "a Lambda layer holds Python code, which is never run here; replace it by a layer of its own")
  }
  throw KerasFormatError(
    "unknown layer '\(className)'\(suggestion(for: className, among: layerClassNames))")
}

/// The options of a layer as Keras 3 writes them into configs.
///
/// - Parameters:
///   - layer: the layer.
///   - name: the name that it has in its network.
///   - isTrainable: whether training may change its weights.
/// - Returns: the class name and the config.
/// - Throws: a sentence if the layer is of a class that Keras does not have.
public func layerConfig(
  _ layer: any Layer, name: String, isTrainable: Bool = true
) throws(KerasFormatError) -> (className: String, config: JSONObject) {
  for row in LayerTable.rows {
    guard let options = try row.config(of: layer) else { continue }
    var config = commonConfig(name: name, isTrainable: isTrainable, options)
    // Keras 3's SpatialDropout1D takes no such word.
    if row.className == "SpatialDropout1D" { config["trainable"] = nil }
    return (row.className, config)
  }
  throw KerasFormatError(
    "Writing layer '\(name)': Keras has no class for \(type(of: layer).className).")
}

/// Options behind what every layer's config starts with.
func commonConfig(name: String, isTrainable: Bool = true, _ options: JSONObject) -> JSONObject {
  var config = JSONObject()
  config["name"] = .string(name)
  config["trainable"] = .bool(isTrainable)
  config["dtype"] = "float32"
  for (key, value) in options.pairs { config[key] = value }
  return config
}
