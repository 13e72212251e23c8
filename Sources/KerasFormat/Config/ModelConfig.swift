import Networks

extension ModelDescription {
  /// The config as Keras 3 writes it into a legacy whole-model file, and reads it from anywhere.
  ///
  /// - Parameter layerNames: the names of the layers, as the network has them.
  /// - Returns: an object with `class_name` and `config`.
  /// - Throws: a sentence when Keras has no such layer, or could not store a name.
  public func config(layerNames: [String]) throws(KerasFormatError) -> JSON {
    precondition(layerNames.count == model.layers.count, "every layer has a name")
    let name = model.name ?? "sequential"
    try Self.check(names: layerNames + [name])
    let sizes = (model.inputs.first?.dimensions ?? []).map(JSON.int)
    let shape = JSON.array([batchSize.map(JSON.int) ?? .null] + sizes)
    var layers = [Self.inputLayer(shape, taken: layerNames)]
    for (layer, layerName) in zip(model.layers, layerNames) {
      let (className, config) = try layerConfig(
        layer, name: layerName, isTrainable: !model.frozen.contains(layerName))
      layers.append(["class_name": .string(className), "config": .object(config)])
    }
    return [
      "class_name": "Sequential",
      "config": [
        "name": .string(name), "trainable": true, "dtype": "float32",
        "layers": .array(layers), "build_input_shape": shape,
      ],
    ]
  }

  private static func inputLayer(_ shape: JSON, taken: [String]) -> JSON {
    var name = "input_layer"
    while taken.contains(name) { name += "_0" }
    var config = JSONObject()
    config["batch_shape"] = shape
    config["dtype"] = "float32"
    config["sparse"] = false
    config["name"] = .string(name)
    return ["class_name": "InputLayer", "config": .object(config)]
  }

  /// Names become parts of paths in files, so they must be plain parts.
  private static func check(names: [String]) throws(KerasFormatError) {
    for name in names {
      let isPlain =
        !name.isEmpty && !name.contains("/") && !name.utf8.contains(0) && !name.contains("..")
        && name != "." && name != "top_level_model_weights"
      guard isPlain else {
        throw KerasFormatError(
          "Writing the model: the name '\(name)' cannot stand in a Keras file; choose one without "
            + "'/' and '..', and not 'top_level_model_weights'.")
      }
    }
  }
}
