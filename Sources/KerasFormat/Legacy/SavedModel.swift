import HDF5
import Networks
import Tensors

/// A whole model as Keras's legacy HDF5 layout holds it: layers, weights, and how training goes on.
public struct SavedModel: Sendable {
  /// The layers, and what belongs to their use.
  public var description: ModelDescription
  /// The network of these layers.
  public var network: Network
  /// The weights, by the network's slots.
  public var weights: Arena
  /// What the model was compiled with; written only together with an optimizer.
  public var training: TrainingConfig?
  /// The optimizer's config and variables.
  public var optimizer: OptimizerState?

  /// A model to be written.
  public init(
    description: ModelDescription, network: Network, weights: Arena,
    training: TrainingConfig? = nil, optimizer: OptimizerState? = nil
  ) {
    precondition(weights.count == network.parameterCount, "weights of another network")
    self.description = description
    self.network = network
    self.weights = weights
    self.training = training
    self.optimizer = optimizer
  }

  /// The parameters that are trained, in order.
  public var trainedParameters: [Parameter] {
    network.parameters.filter(\.isTrained)
  }
}

// MARK: Reading

extension SavedModel {
  /// Reads a whole-model file of Keras.
  ///
  /// - Parameters:
  ///   - file: an open file with the attribute `model_config`.
  ///   - rows: the most rows of a shard, for the network.
  ///   - input: the shape of one sample; needed where the file leaves sizes open.
  /// - Throws: a sentence that names what in the file we cannot honour.
  public init(
    reading file: borrowing File, rows: Int = 1, input: Shape? = nil
  ) throws {
    guard let text = try file.root.attributes.string("model_config") else {
      throw KerasFormatError(
        "Reading a model from '\(file.name)': it has no attribute 'model_config', so it holds "
          + "weights at most; say which model they belong to.")
    }
    let version = try file.root.attributes.string("keras_version")
    let source = ConfigSource.file(version: version)
    let description = try ModelDescription(
      config: JSON(parsing: text), source: source, input: input)
    let network = try description.model.network(rows: rows)
    let weights = try readWeights(from: file, of: network)
    self.init(description: description, network: network, weights: weights)
    try readTraining(file, by: source.generation)
    try file.verifyUnchanged()
  }

  private mutating func readTraining(
    _ file: borrowing File, by keras: KerasGeneration
  ) throws {
    guard let text = try file.root.attributes.string("training_config") else { return }
    let json = try JSON(parsing: text)
    training = TrainingConfig(json: json, source: .file(keras))
    guard let config = json["optimizer_config"] else { return }
    optimizer = try readOptimizer(
      from: file, config: config, of: trainedParameters, by: keras)
  }
}

// MARK: Writing

extension SavedModel {
  /// Writes the model into a file that is being made; the caller may add groups of its own.
  ///
  /// - Parameter file: a new file without Keras's names.
  /// - Throws: a sentence when a name or a layer cannot stand in a Keras file.
  public func write(to file: borrowing NewFile) throws {
    let names = network.summaries.map(\.name)
    let config = try description.config(layerNames: names)
    try file.setAttribute("backend", to: .text(LegacyLayout.backend))
    try file.setAttribute("keras_version", to: .text(LegacyLayout.version))
    try file.setAttribute("model_config", to: .text(config.description))
    if let training, let optimizer {
      let compiled = training.json(optimizer: optimizer)
      try file.setAttribute("training_config", to: .text(compiled.description))
    }
    try writeWeights(weights, of: network, layerNames: names, to: file)
    if let optimizer { try optimizer.write(to: file) }
  }
}
