import Networks

extension ModelDescription {
  /// The config as a Keras reads it.
  ///
  /// - Parameters:
  ///   - style: for whom it is written.
  ///   - outputs: the shapes of one sample of each layer's outputs, by its name, for the tensors of
  ///     a graph; Keras does not need them.
  /// - Returns: an object with `class_name` and `config`.
  /// - Throws: a sentence when that Keras has no such layer or activation, or could not store a
  ///   name.
  public func config(
    style: ConfigStyle = .keras3, outputs: [String: [Shape]] = [:]
  ) throws -> JSON {
    let writer = ModelWriter(style: style, batchSize: batchSize, outputs: outputs)
    let inputs = openInputs ?? model.inputs
    let written = try writer.write(model, inputs: inputs, name: model.name)
    return try ActivationMeaning.settle(written, for: style)
  }
}

extension ModelDescription {
  /// Whether the model computes with the hard sigmoid of Keras 1 and 2.
  var meansOldHardSigmoid: Bool {
    get throws {
      let inputs = openInputs ?? model.inputs
      let writer = ModelWriter(style: .keras3, batchSize: batchSize)
      return ActivationMeaning.isOld(
        try writer.write(model, inputs: inputs, name: model.name))
    }
  }
}

/// Writes models, and models in models.
struct ModelWriter {
  let style: ConfigStyle
  var batchSize: Int?
  var outputs: [String: [Shape]] = [:]

  /// The wrapper of a model.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - inputs: the shapes of one sample of each input, zero where they are open.
  ///   - name: the model's name; nil for its class.
  /// - Returns: an object with `class_name` and `config`.
  /// - Throws: a sentence about what that Keras lacks.
  func write(_ model: any Model, inputs: [Shape], name: String?) throws -> JSON {
    let name = name ?? snakeCase(type(of: model).className)
    let names = try model.layerNames()
    try Self.check(names: names + [name])
    if let graph = model as? Functional {
      return try GraphWriter(self, graph, names: names, inputs: inputs).write(name: name)
    }
    let shape = inputs.first.flatMap { $0.dimensions.isEmpty ? nil : $0 }
    var layers: [JSON] = []
    if let shape {
      var taken = Set(names)
      layers.append(inputLayer(shape, name: Self.free("input_layer", &taken)))
    }
    for (layer, layerName) in zip(model.layers, names) {
      let isTrainable = !model.frozen.contains(layerName)
      layers.append(try wrapper(layer, name: layerName, isTrainable: isTrainable))
    }
    var config = JSONObject()
    config["name"] = .string(name)
    if style != .keras2 {
      config["trainable"] = true
      config["dtype"] = "float32"
    }
    config["layers"] = .array(layers)
    config["build_input_shape"] = shape?.config(batchSize: batchSize)
    return wrap("Sequential", module: "keras", config)
  }

  /// The wrapper of a layer, which may be a model.
  func wrapper(_ layer: any Layer, name: String, isTrainable: Bool) throws -> JSON {
    if let model = layer as? any Model {
      let inner = ModelWriter(style: style, batchSize: batchSize)
      let written = try inner.write(model, inputs: model.inputs, name: name)
      guard !isTrainable, var object = written.object, var config = object["config"]?.object else {
        return written
      }
      config["trainable"] = false
      object["config"] = .object(config)
      return .object(object)
    }
    let (className, config) = try layerConfig(layer, name: name, isTrainable: isTrainable)
    if layer is any OwnLayer {
      let registered = OwnClass.registered(className)
      return wrap(registered, module: "lockstep", registered: .string(registered), config)
    }
    if style == .keras2 { return try keras2Wrapper(layer, className, config) }
    return wrap(className, module: "keras.layers", config)
  }

  /// A layer in the words of Keras 2; a graph inside it has other forms there too.
  private func keras2Wrapper(
    _ layer: any Layer, _ className: String, _ config: JSONObject
  ) throws -> JSON {
    let written = Keras2Words.translate(className, config)
    guard let outer = layer as? TimeDistributed, let model = outer.layer as? any Model,
      var object = written.object, var words = object["config"]?.object
    else { return written }
    let name = model.name ?? snakeCase(type(of: model).className)
    words["layer"] = try wrapper(model, name: name, isTrainable: !outer.isLayerFrozen)
    object["config"] = .object(words)
    return .object(object)
  }

  /// An input of the outermost or an inner model.
  func inputLayer(_ shape: Shape, name: String) -> JSON {
    let key = style == .keras2 ? "batch_input_shape" : "batch_shape"
    var config = JSONObject()
    config[key] = shape.config(batchSize: batchSize)
    config["dtype"] = "float32"
    config["sparse"] = false
    config["name"] = .string(name)
    return wrap("InputLayer", module: "keras.layers", config)
  }

  func wrap(
    _ className: String, module: String, registered: JSON = nil, _ config: JSONObject
  ) -> JSON {
    if style != .archive { return ["class_name": .string(className), "config": .object(config)] }
    return [
      "module": .string(module), "class_name": .string(className), "config": .object(config),
      "registered_name": registered,
    ]
  }

  /// A name that none has yet.
  static func free(_ wanted: String, _ taken: inout Set<String>) -> String {
    var name = wanted
    while !taken.insert(name).inserted { name += "_0" }
    return name
  }

  /// Names become parts of paths in files, so they must be plain parts.
  static func check(names: [String]) throws(KerasFormatError) {
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
