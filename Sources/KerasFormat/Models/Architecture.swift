import Networks

/// The layers that a file describes, as a network whose open sizes are settled.
struct Architecture {
  private(set) var description: ModelDescription
  let network: Network
  /// The config that it was read from, and who wrote it.
  let config: JSON
  let source: ConfigSource

  /// Reads the config of a model.
  ///
  /// - Parameters:
  ///   - stored: what holds the config.
  ///   - weights: what holds the weights, whose shapes say what a config may leave out.
  ///   - rows: the most rows of a shard.
  ///   - inputs: the shapes of one sample of each input, where they are known.
  /// - Throws: a sentence that names what we cannot honour.
  init(
    _ stored: StoredModel, weights: StoredModel, rows: Int, inputs: [Shape]?
  ) throws {
    guard let text = stored.config else {
      throw KerasFormatError(
        "Reading a model from '\(stored.name)': it has no attribute 'model_config' or member "
          + "'config.json', so it holds weights at most; say which model they belong to: a file of "
          + "model.to_json(), or a whole model of the same layers.")
    }
    config = ResetAfter(weights).settle(try JSON(parsing: text))
    source = ConfigSource.file(
      version: stored.extraAttributes["\(StoredModel.ownGroup)@config_version"]
        ?? stored.kerasVersion ?? Self.version(of: text) ?? weights.kerasVersion)
    description = try ModelDescription(config: config, source: source, inputs: inputs)
    if description.lacksInput, let sample = InferredInput(description.model, weights)?.sample {
      description.openInputs = sample.isOpen ? [sample] : nil
      description.lacksInput = false
      description.model.inputs = [sample]
      try description.give(inputs)
    }
    network = try Self.network(of: &description, rows: rows, isGiven: inputs != nil)
  }

  /// Keras 3's text says no version, but names modules; Keras 1 and 2 say theirs.
  private static func version(of text: String) -> String? {
    text.contains("\"registered_name\"") ? "3.0.0" : nil
  }

  /// Builds the network with as many steps as its layers need, where their number is open.
  private static func network(
    of description: inout ModelDescription, rows: Int, isGiven: Bool
  ) throws -> Network {
    do {
      return try description.network(rows: rows)
    } catch let failure as NetworkError {
      guard let open = description.openInputs, !isGiven else { throw failure }
      for steps in [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] {
        var longer = description
        longer.model.inputs = open.map { $0.closed(by: steps) }
        guard let network = try? longer.network(rows: rows) else { continue }
        description = longer
        return network
      }
      throw failure
    }
  }
}

/// The input of a Sequential model whose config does not say it, from the shapes of its weights.
private struct InferredInput {
  /// The shape of one sample, with a zero for the number of steps.
  let sample: Shape

  init?(_ model: any Model, _ weights: StoredModel) {
    guard let first = Self.firstKernel(weights) else { return nil }
    var layers = model.layers[...]
    while let inner = layers.first as? any Model { layers = inner.layers[...] }
    let kinds = layers.map { type(of: $0).className }
    guard let kind = kinds.first(where: { Self.withWeights.contains($0) }) else { return nil }
    if kind == "Embedding" {
      sample = Shape([0])
      return
    }
    let features = first.count > 1 ? first[first.count - 2] : first[0]
    let plain = kinds.firstIndex { ["RepeatVector", "Reshape"].contains($0) } ?? kinds.count
    let isSequence = kinds[..<plain].contains { Self.sequential.contains($0) }
    sample = Shape(isSequence ? [0, features] : [features])
  }

  private static func firstKernel(_ weights: StoredModel) -> [Int]? {
    let layer = weights.layers.first { !$0.weights.isEmpty }
    return (layer?.weights.first ?? weights.variables.first)?.shape
  }

  private static let sequential: Set = [
    "LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "TimeDistributed", "Conv1D",
  ]
  private static let withWeights = sequential.union([
    "Embedding", "Dense", "BatchNormalization", "LayerNormalization", "PReLU",
  ])
}
