import Networks

/// The layer or model inside another, `{"class_name": …, "config": …}`.
func nestedLayer(_ json: JSON, _ source: ConfigSource) throws(KerasFormatError) -> any Layer {
  try LayerReader(source: source).layer(json)
}

/// Class name and options of an object inside a config.
func nestedObject(
  _ json: JSON
) throws(KerasFormatError) -> (className: String, config: JSONObject) {
  guard let className = json["class_name"]?.string, let config = json["config"] else {
    throw .expected("an object with 'class_name' and 'config'", found: json)
  }
  if let package = json["registered_name"]?.string, package.contains(">") {
    throw KerasFormatError("it is of the class '\(package)', which is not one of Keras's own")
  }
  // Before 2.2.3 a Sequential's config was the list of its layers.
  return (className, config.object ?? JSONObject())
}

/// Whether the writer left a layer inside another untrained.
func isFrozen(_ json: JSON) -> Bool { json["config"]?["trainable"] == false }

/// A layer inside another as Keras 3 writes it.
func nestedLayerConfig(
  _ layer: any Layer, isFrozen: Bool = false
) throws(KerasFormatError) -> JSON {
  let name = layer.name ?? snakeCase(type(of: layer).className)
  do {
    return try ModelWriter(style: .archive).wrapper(layer, name: name, isTrainable: !isFrozen)
  } catch { throw KerasFormatError("\(error)") }
}
