import HDF5
import KerasFormat
import Networks

/// What real Keras computed for a model, as a reference file holds it.
///
///     @loss @loss_weights            Keras's losses, JSON; one for all outputs or a list
///     inputs/<i> outputs/<i>         what goes in and comes out, rows first
///     outputs2/<i>                   a second prediction, where the model carries states
///     targets/<i> sample_weight/<i>  what training compares
///     loss, grads/<j>                of these inputs; j counts trained weights
///     weights/<i>                    the weights before
///     opt/<tag>/                     @config: the optimizer; step1, step5: all trained weights after
///                                    so many steps, one after the other; loss; state/<k>
///     resume2                        all weights after two steps more with the state of the file
public struct Expectation: Sendable {
  /// The file.
  public let path: String
  /// What goes in.
  public let inputs: [StoredArray]
  /// What comes out.
  public let outputs: [StoredArray]
  /// What comes out of a second call of a stateful model.
  public let secondOutputs: [StoredArray]
  /// What training compares the outputs with.
  public let targets: [StoredArray]
  /// What samples weigh, for each output.
  public let sampleWeights: [StoredArray]
  /// The loss of the inputs.
  public let loss: Double?
  /// Losses and their weights in Keras's words.
  public let compiled: TrainingConfig?
  /// The gradient of each trained weight.
  public let gradients: [StoredArray]
  /// The weights that all of it is about.
  public let weights: [StoredArray]
  /// What optimizers make of the weights.
  public let optimizers: [Steps]
  /// The weights after two steps with the optimizer's state that is in the model's file.
  public let resumed: [Float]
  /// The type in which Keras computed.
  public let dataType: String

  /// What one optimizer makes of the weights.
  public struct Steps: Sendable {
    /// What it is called in the file.
    public let tag: String
    /// Keras's config.
    public let config: JSON
    /// The loss before each step.
    public let losses: [Float]
    /// All trained weights after a number of steps.
    public let weights: [(steps: Int, values: [Float])]
    /// The optimizer's variables after the last step.
    public let state: [StoredArray]
  }

  /// Reads a reference file.
  ///
  /// - Parameter path: the file.
  /// - Throws: a sentence when it is none.
  public init(path: String) throws {
    let reader = ExpectationReader(try File(reading: path))
    self.path = path
    inputs = try reader.arrays("inputs")
    outputs = try reader.arrays("outputs")
    secondOutputs = try reader.arrays("outputs2")
    targets = try reader.arrays("targets")
    sampleWeights = try reader.arrays("sample_weight")
    gradients = try reader.arrays("grads")
    weights = try reader.arrays("weights")
    loss = try reader.array("loss")?.values.first.map(Double.init)
    resumed = try reader.array("resume2")?.values ?? []
    optimizers = try reader.optimizers()
    compiled = try reader.compiled()
    dataType = try reader.dataType()
    guard !inputs.isEmpty, !outputs.isEmpty else {
      throw TrainingError(
        "Reading the reference '\(path)': it has no groups 'inputs' and 'outputs', so there is nothing "
          + "to compare with.", kind: .data)
    }
  }

  /// How many rows the inputs have.
  public var rows: Int { inputs[0].shape.first ?? 0 }

  /// The shapes of one sample of each input.
  public var inputShapes: [Shape] { inputs.map { Shape(Array($0.shape.dropFirst())) } }
}

/// Reads the parts of a reference file.
private struct ExpectationReader: ~Copyable {
  private let file: File

  init(_ file: consuming File) { self.file = file }

  func array(_ path: String) throws -> StoredArray? {
    guard try file.kind(of: path) == .dataset else { return nil }
    let dataset = try file.dataset(path)
    return StoredArray(
      name: path, shape: dataset.shape,
      values: try dataset.read(as: Float.self, limit: 1 << 28))
  }

  func arrays(_ group: String) throws -> [StoredArray] {
    var found: [StoredArray] = []
    while found.count < 1 << 16, let next = try array("\(group)/\(found.count)") {
      found.append(next)
    }
    return found
  }

  func dataType() throws -> String {
    try file.group("/").attributes.string("dtype") ?? "float32"
  }

  func compiled() throws -> TrainingConfig? {
    let attributes = try file.group("/").attributes
    guard let text = try attributes.string("loss") else { return nil }
    let weights = try attributes.numbers("loss_weights")
    return TrainingConfig(
      loss: try JSON(parsing: text),
      lossWeights: weights.map { .array($0.map(JSON.double)) } ?? .null)
  }

  func optimizers() throws -> [Expectation.Steps] {
    guard try file.kind(of: "opt") == .group else { return [] }
    var found: [Expectation.Steps] = []
    for tag in try file.group("opt").members().sorted() {
      guard let config = try file.group("opt/\(tag)").attributes.string("config") else { continue }
      var weights: [(steps: Int, values: [Float])] = []
      for steps in [1, 5] {
        guard let after = try array("opt/\(tag)/step\(steps)") else { continue }
        weights.append((steps, after.values))
      }
      found.append(
        Expectation.Steps(
          tag: tag, config: try JSON(parsing: config),
          losses: try array("opt/\(tag)/loss")?.values ?? [], weights: weights,
          state: try arrays("opt/\(tag)/state")))
    }
    return found
  }
}
