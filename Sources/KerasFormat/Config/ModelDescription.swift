import Networks

/// A model as a Keras config describes it: the layers, and what belongs to its use.
public struct ModelDescription: Sendable {
  /// The layers, their graph, and the shapes of one sample of each input.
  public var model: any Model
  /// The rows of every batch, where the config fixes them, as stateful layers need.
  public var batchSize: Int?
  /// The shapes of the inputs as the config gives them, with a zero for each size that it leaves
  /// open; nil where the model's own shapes say all.
  public var openInputs: [Shape]?
  /// Whether the config says nothing about the shape of its input, so that it must be found out.
  var lacksInput = false
  /// The most floats that a value may have; what is larger is refused when the network is built.
  private var largestValue = SizeLimits.value

  /// A model with its use.
  public init(model: any Model, batchSize: Int? = nil) {
    self.model = model
    self.batchSize = batchSize
  }

  /// Builds the network for shards of up to `rows` rows.
  ///
  /// - Parameter rows: the most rows of a shard.
  /// - Returns: the network, without numbers.
  /// - Throws: a sentence that names the layer that does not fit.
  public func network(rows: Int) throws -> Network {
    if lacksInput {
      throw KerasFormatError(
        "Building the model: its config does not say the shape of the input; give it.")
    }
    return try model.network(rows: rows, largestValue: largestValue)
  }
}

extension ModelDescription {
  /// Reads a model from a config, as it stands in the attribute `model_config`, in `config.json` or
  /// in what `model.to_json()` gives.
  ///
  /// - Parameters:
  ///   - config: the whole object, with `class_name` and `config`.
  ///   - source: who wrote it.
  ///   - input: the shape of one sample, where the config leaves sizes open; a size that is given
  ///     by neither is taken as one step.
  /// - Throws: a sentence that names the layer and option that we cannot honour.
  public init(
    config: JSON, source: ConfigSource, input: Shape? = nil
  ) throws(KerasFormatError) {
    try self.init(config: config, source: source, inputs: input.map { [$0] })
  }

  /// Reads a model of any number of inputs from a config.
  ///
  /// - Parameters:
  ///   - config: the whole object, with `class_name` and `config`.
  ///   - source: who wrote it.
  ///   - inputs: the shapes of one sample of each input, where the config leaves sizes open.
  /// - Throws: a sentence that names the layer and option that we cannot honour.
  public init(
    config: JSON, source: ConfigSource, inputs: [Shape]?
  ) throws(KerasFormatError) {
    guard config["class_name"]?.string != nil, config["config"] != nil else {
      throw KerasFormatError(
        "Reading a model's config: expected an object with 'class_name' and 'config', found "
          + "\(config.excerpt).")
    }
    let found: ReadModel
    do {
      found = try LayerReader(source: source).model(config)
    } catch {
      throw KerasFormatError("Reading a model's config: \(error.description).")
    }
    self.init(model: found.model, batchSize: found.batchSize)
    largestValue = SizeLimits.largestValue(config)
    lacksInput = !found.hasInput
    if found.hasInput, found.model.inputs.contains(where: \.isOpen) {
      openInputs = found.model.inputs
    }
    try give(inputs)
  }

  /// Sets the shapes of the inputs, where the config leaves them or sizes of them open.
  ///
  /// - Parameter shapes: the shape of one sample of each input; nil for one step wherever a number
  ///   of steps is open.
  /// - Throws: a sentence when they do not fit what the config says.
  public mutating func give(_ shapes: [Shape]?) throws(KerasFormatError) {
    if lacksInput {
      guard let shapes else { return }
      lacksInput = false
      model.inputs = shapes
      return
    }
    let own = openInputs ?? model.inputs
    guard let shapes else {
      model.inputs = own.map { $0.closed(by: 1) }
      return
    }
    guard shapes.count == own.count else {
      throw KerasFormatError(
        "The model takes \(own.count) inputs, and \(shapes.count) are given.")
    }
    var closed: [Shape] = []
    for (shape, given) in zip(own, shapes) {
      guard let fitting = shape.closed(by: given) else {
        throw KerasFormatError(
          "The model's input has the shape \(shape.config(batchSize: nil).description), which "
            + "\(given) does not fit.")
      }
      closed.append(fitting)
    }
    model.inputs = closed
  }
}
