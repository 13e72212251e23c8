import Networks

/// A model as a Keras config describes it: the layers, and what belongs to its use.
public struct ModelDescription: Sendable {
  /// The layers, their graph, and the shapes of one sample of each input.
  public var model: any Model
  /// The rows of every batch, where the config fixes them, as stateful layers need.
  public var batchSize: Int?

  /// A model with its use.
  public init(model: any Model, batchSize: Int? = nil) {
    self.model = model
    self.batchSize = batchSize
  }
}

extension ModelDescription {
  /// Reads a model from a config, as it stands in the attribute `model_config`, in `config.json` or
  /// in what `model.to_json()` gives.
  ///
  /// - Parameters:
  ///   - config: the whole object, with `class_name` and `config`.
  ///   - source: who wrote it.
  ///   - input: the shape of one sample; needed where the config leaves sizes open.
  /// - Throws: a sentence that names the layer and option that we cannot honour.
  public init(
    config: JSON, source: ConfigSource, input: Shape? = nil
  ) throws(KerasFormatError) {
    guard let className = config["class_name"]?.string, let content = config["config"] else {
      throw KerasFormatError(
        "Reading a model's config: expected an object with 'class_name' and 'config', found "
          + "\(config.excerpt).")
    }
    guard className == "Sequential" else {
      throw KerasFormatError(
        "Reading a model's config: it is a model of the class '\(className)'; only Sequential "
          + "models are read.")
    }
    // Keras before 2.2.3 wrote the list of layers alone.
    guard let layers = content.array ?? content["layers"]?.array else {
      throw KerasFormatError("Reading a model's config: it has no list of layers.")
    }
    var reader = SequentialReader(source: source)
    try reader.read(layers)
    let built = [content["build_input_shape"], config["build_config"]?["input_shape"]]
    let shape = InputShape(reader.inputShapes + built.compactMap(\.self))
    let sample = try shape.sample(input)
    try SizeLimits.check(input: sample, largestUnits: reader.largestUnits)
    var model = Sequential(name: content["name"]?.string, input: sample, reader.layers)
    model.frozen = reader.frozen
    self.init(model: model, batchSize: shape.batchSize)
  }
}

/// Collects the layers of a Sequential model.
private struct SequentialReader {
  let source: ConfigSource
  var layers: [any Layer] = []
  var frozen: Set<String> = []
  var inputShapes: [JSON] = []
  var largestUnits = 1
  private var names: Set<String> = []

  init(source: ConfigSource) { self.source = source }

  mutating func read(_ wrappers: [JSON]) throws(KerasFormatError) {
    guard wrappers.count <= SizeLimits.layers else {
      throw KerasFormatError(
        "Reading a model's config: it has \(wrappers.count) layers, more than \(SizeLimits.layers)."
      )
    }
    for (index, wrapper) in wrappers.enumerated() {
      do {
        try read(wrapper)
      } catch {
        let name = wrapper["config"]?["name"]?.string.map { " '\($0)'" } ?? ""
        throw KerasFormatError("Reading layer \(index + 1)\(name): \(error.description).")
      }
    }
  }

  private mutating func read(_ wrapper: JSON) throws(KerasFormatError) {
    guard let className = wrapper["class_name"]?.string, let config = wrapper["config"]?.object
    else { throw .expected("an object with 'class_name' and 'config'", found: wrapper) }
    if let package = wrapper["registered_name"]?.string, package.contains(">") {
      throw KerasFormatError("it is of the class '\(package)', which is not one of Keras's own")
    }
    if let shape = ["batch_shape", "batch_input_shape"].compactMap({ config[$0] }).first {
      inputShapes.append(shape)
    }
    if className == "InputLayer" { return }
    layers.append(try layer(className: className, options: config, source: source))
    largestUnits = max(largestUnits, config["units"]?.int ?? 1)
    try note(name: config["name"]?.string, isTrainable: config["trainable"]?.bool ?? true)
  }

  private mutating func note(name: String?, isTrainable: Bool) throws(KerasFormatError) {
    guard let name else { return }
    guard names.insert(name).inserted else {
      throw KerasFormatError("there is another layer of that name")
    }
    if !isTrainable { frozen.insert(name) }
  }
}
