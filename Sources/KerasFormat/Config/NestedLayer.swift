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

/// A layer inside another as Keras 3 writes it.
func nestedLayerConfig(_ layer: any Layer) throws(KerasFormatError) -> JSON {
  let name = layer.name ?? snakeCase(type(of: layer).className)
  if let model = layer as? any Model {
    do {
      return try ModelWriter(style: .archive).write(model, inputs: model.inputs, name: name)
    } catch { throw KerasFormatError("\(error)") }
  }
  let (className, config) = try layerConfig(layer, name: name)
  return keras(module: "keras.layers", className, config)
}

extension ConfigOption {
  /// A layer inside the layer.
  static func layer(_ key: String, _ path: Property<any Layer>) -> ConfigOption {
    ConfigOption(
      key: key,
      write: { subject throws(KerasFormatError) in
        try nestedLayerConfig(subject[keyPath: path])
      },
      read: { subject, json, source throws(KerasFormatError) in
        subject[keyPath: path] = try nestedLayer(json, source)
      })
  }
}
