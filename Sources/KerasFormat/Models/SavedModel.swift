import HDF5
import Networks
import Tensors

/// A whole model as Keras's files hold it: layers, weights, and how training goes on.
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
  /// The optimizer of a file that names one and has no variables of it.
  public private(set) var unusedOptimizer: OptimizerState?
  /// Inputs with the outputs that they should give, where the file brings such.
  public var selfTest: SelfTest?
  /// What of the network or of the file was left out when it was read, a sentence each.
  public var skipped: [String] = []

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
  /// Reads a file that Keras wrote, of any version and layout; it may be a stranger's.
  ///
  /// - Parameters:
  ///   - path: a whole model, or weights alone.
  ///   - architecture: a file that says the layers, where the first does not: another model, or
  ///     what `model.to_json()` gives.
  ///   - rows: the most rows of a shard, for the network.
  ///   - inputs: the shapes of one sample of each input, where the file leaves sizes open.
  ///   - matching: how the arrays find their places.
  ///   - testsItself: whether the model must compute what the self-test in the file says.
  /// - Throws: a sentence that names what in the file we cannot honour.
  public init(
    path: String, architecture: String? = nil, rows: Int = 1, inputs: [Shape]? = nil,
    matching: WeightMatching = WeightMatching(), testsItself: Bool = true
  ) throws {
    let other = try architecture.map { try StoredModel.read(path: $0) }
    // Everything but the values is compared first, before memory is taken for them.
    let stored = try StoredModel.read(path: path) { header in
      let built = try Architecture(other ?? header, weights: header, rows: 1, inputs: inputs)
      _ = try WeightPlan(header, for: built.network, matching: matching)
    }
    try self.init(
      stored, architecture: other, rows: rows, inputs: inputs, matching: matching,
      testsItself: testsItself)
  }

  /// Makes a model of what a file holds.
  ///
  /// - Parameters:
  ///   - stored: a file's content, with its values.
  ///   - architecture: what says the layers, where the first does not.
  ///   - rows: the most rows of a shard, for the network.
  ///   - inputs: the shapes of one sample of each input, where the file leaves sizes open.
  ///   - matching: how the arrays find their places.
  ///   - testsItself: whether the model must compute what the self-test in the file says.
  /// - Throws: a sentence that names what in the file we cannot honour.
  public init(
    _ stored: StoredModel, architecture: StoredModel? = nil, rows: Int = 1,
    inputs: [Shape]? = nil, matching: WeightMatching = WeightMatching(), testsItself: Bool = true
  ) throws {
    let built = try Architecture(
      architecture ?? stored, weights: stored, rows: rows, inputs: inputs)
    let plan = try WeightPlan(stored, for: built.network, matching: matching)
    self.init(
      description: built.description, network: built.network, weights: plan.weights())
    skipped = plan.skipped
    let compiled = try StoredTraining(stored) ?? architecture.flatMap { try StoredTraining($0) }
    training = compiled?.config
    if stored.optimizer.isEmpty {
      // One that we cannot read is no reason to refuse a model that may never be trained.
      unusedOptimizer = try? compiled?.optimizer(stored)
    } else {
      optimizer = try compiled?.optimizer(stored)
    }
    selfTest = SelfTest(stored)
    if testsItself { try checkItself(stored.name, config: built.config, source: built.source) }
  }

  /// Reads a model of ours from a file that is open already.
  ///
  /// - Parameters:
  ///   - file: an HDF5 file that is known to be sound.
  ///   - rows: the most rows of a shard, for the network.
  ///   - input: the shape of one sample; needed where the file leaves sizes open.
  /// - Throws: a sentence that names what in the file we cannot honour.
  public init(reading file: borrowing File, rows: Int = 1, input: Shape? = nil) throws {
    try self.init(reading: file, rows: rows, inputs: input.map { [$0] })
  }

  /// Reads a model of ours with any number of inputs from a file that is open already.
  ///
  /// - Parameters:
  ///   - file: an HDF5 file that is known to be sound.
  ///   - rows: the most rows of a shard, for the network.
  ///   - inputs: the shapes of one sample of each input; needed where the file leaves sizes open.
  /// - Throws: a sentence that names what in the file we cannot honour.
  public init(reading file: borrowing File, rows: Int = 1, inputs: [Shape]?) throws {
    let stored = try StoredModel(reading: file)
    try self.init(stored, rows: rows, inputs: inputs, testsItself: false)
    try file.verifyUnchanged()
  }
}
