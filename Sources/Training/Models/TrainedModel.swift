import Foundation
import HDF5
import KerasFormat
import Networks
import Tensors

/// A model with its weights, read from a file, to be asked for predictions or scores.
///
/// ```swift
/// let data = try HDF5Dataset(path: "test.h5")
/// let model = try TrainedModel(path: "runs/lstm-1", input: data.shape.input)
/// for (name, value) in try model.evaluate(data) { print(name, value) }
/// ```
public struct TrainedModel: Sendable {
  /// Where it comes from.
  public let path: String
  /// Layers, weights, and what the model was compiled with.
  public let saved: SavedModel
  private let plan: ShardPlan

  /// Reads a model of any Keras or of ours, or the model of a run.
  ///
  /// - Parameters:
  ///   - path: a file, or the directory of a run: then its `model.h5` or newest intact checkpoint.
  ///   - input: the shape of one sample; needed where the file leaves sizes open.
  ///   - batchSize: how many rows are computed at a time.
  /// - Throws: a sentence when there is no such model, or we cannot honour it.
  public init(path: String, input: Shape? = nil, batchSize: Int = 256) throws {
    try self.init(path: path, inputs: input.map { [$0] }, batchSize: batchSize)
  }

  /// Reads a model with any number of inputs.
  ///
  /// - Parameters:
  ///   - path: a file, or the directory of a run.
  ///   - inputs: the shapes of one sample of each input; needed where the file leaves sizes open.
  ///   - batchSize: how many rows are computed at a time.
  /// - Throws: a sentence when there is no such model, or we cannot honour it.
  public init(path: String, inputs: [Shape]?, batchSize: Int = 256) throws {
    let file = try Self.file(of: path)
    self.path = file
    let rows = try ShardPlan(batchSize: batchSize).shardRows
    var saved = try SavedModel(of: file, rows: rows, inputs: inputs)
    plan = try ShardPlan(batchSize: saved.description.batchSize ?? batchSize)
    if plan.shardRows > rows {
      saved.network = try saved.description.model.network(rows: plan.shardRows)
    }
    self.saved = saved
    let found = saved.description.model.inputs
    if let inputs, inputs != found {
      throw TrainingError(
        "The model '\(path)' takes samples of \(found.list), and the data has \(inputs.list).",
        kind: .data)
    }
    guard saved.network.outputCount > 0 else {
      throw TrainingError("The model '\(path)' has no output.", kind: .data)
    }
  }

  /// Takes a model in memory.
  ///
  /// - Parameters:
  ///   - saved: layers and weights.
  ///   - name: what to call it in messages.
  ///   - batchSize: how many rows are computed at a time.
  /// - Throws: a sentence when the model cannot be run.
  public init(_ saved: SavedModel, name: String = "memory", batchSize: Int = 256) throws {
    path = name
    plan = try ShardPlan(batchSize: saved.description.batchSize ?? batchSize)
    var saved = saved
    saved.network = try saved.description.network(rows: plan.shardRows)
    self.saved = saved
  }

  /// Makes the model of a recipe as it is before the first step.
  ///
  /// - Parameters:
  ///   - recipe: says the layers, and by its seed their weights.
  ///   - inputs: the shapes of one sample of each input.
  ///   - batchSize: how many rows are computed at a time.
  /// - Throws: a sentence when the layers do not fit.
  public init(untrained recipe: Recipe, inputs: [Shape], batchSize: Int = 256) throws {
    if case .file(let path) = recipe.model.source {
      try self.init(path: path, inputs: inputs, batchSize: batchSize)
      return
    }
    let model = try recipe.sequential(input: inputs.first ?? Shape([]))
    let network = try model.network(rows: 1)
    let weights = Arena(count: network.parameterCount)
    network.initialize(weights, seed: recipe.training.seed)
    let saved = SavedModel(
      description: ModelDescription(model: model), network: network, weights: weights)
    try self.init(saved, name: recipe.name, batchSize: batchSize)
  }

  /// Reads a model, and opens the data that it is to be used on.
  ///
  /// - Parameters:
  ///   - path: a file, or the directory of a run.
  ///   - data: an HDF5 file.
  ///   - names: the names of the datasets in it; where they are the usual ones and the file has none
  ///     such, the names of the model's inputs and outputs.
  ///   - batchSize: how many rows are computed at a time.
  /// - Returns: both.
  /// - Throws: a sentence when either cannot be used, or they do not go together.
  public static func open(
    _ path: String, on data: String, names: DatasetNames = DatasetNames(), batchSize: Int = 256
  ) throws -> (model: TrainedModel, data: any Dataset) {
    let dataset = try RunData.dataset(data, names: names) { try? TrainedModel(path: path) }
    let inputs = dataset.shape.inputs
    return (try TrainedModel(path: path, inputs: inputs, batchSize: batchSize), dataset)
  }

  /// Makes the model of a recipe as it is before the first step, and opens the data that it is to be
  /// used on.
  ///
  /// - Parameters:
  ///   - recipe: says the layers, and by its seed their weights; its own data is not looked at.
  ///   - data: an HDF5 file.
  ///   - names: the names of the datasets in it.
  ///   - batchSize: how many rows are computed at a time.
  /// - Returns: both.
  /// - Throws: a sentence when either cannot be used, or they do not go together.
  public static func open(
    untrained recipe: Recipe, on data: String, names: DatasetNames = DatasetNames(),
    batchSize: Int = 256
  ) throws -> (model: TrainedModel, data: any Dataset) {
    let dataset = try RunData.dataset(data, names: names) { nil }
    let inputs = dataset.shape.inputs
    return (try TrainedModel(untrained: recipe, inputs: inputs, batchSize: batchSize), dataset)
  }

  /// The names of the outputs.
  public var outputNames: [String] { saved.description.model.outputNames }

  /// The shapes of one sample's predictions, of each output.
  public var outputShapes: [Shape] { saved.network.outputs.map(\.shape) }

  /// SHA-256 of all weights, parameter after parameter.
  public var fingerprint: String {
    Training.fingerprint(of: saved.weights, saved.network)
  }

  /// The file that a path stands for.
  ///
  /// - Parameter path: a file, which stands for itself, or the directory of a run.
  /// - Returns: the file, or the newest model in the directory.
  /// - Throws: a sentence when the directory has none.
  public static func file(of path: String) throws(TrainingError) -> String {
    var isDirectory: ObjCBool = false
    let files = FileManager.default
    guard files.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
      return path
    }
    let model = "\(path)/model.h5"
    if files.fileExists(atPath: model) { return model }
    let folder = CheckpointFolder(path: "\(path)/checkpoints", keepLast: 1)
    if let newest = folder.newestIntact() { return newest.path }
    throw TrainingError(
      "The directory '\(path)' holds neither model.h5 nor an intact checkpoint; expected the directory of "
        + "a run.", kind: .missing)
  }
}

extension TrainedModel {
  /// Scores the model on data.
  ///
  /// - Parameters:
  ///   - dataset: samples with targets.
  ///   - loss: the loss; nil for the one that the model was compiled with.
  ///   - metrics: Keras's names; nil for those that the model was compiled with.
  ///   - rows: which rows; all when nil.
  ///   - workers: who does the work.
  /// - Returns: names and values, the loss first.
  /// - Throws: a sentence when data and model do not go together.
  public func evaluate(
    _ dataset: any Dataset, loss: (any Loss)? = nil, metrics: [String]? = nil,
    rows: RowSet? = nil, workers: Workers = Workers()
  ) throws -> [(name: String, value: Double)] {
    let objective = try objective(dataset.shape.targets, loss, metrics)
    let evaluator = try evaluator(dataset, objective, workers)
    var scores = Scores(evaluator.objective)
    try forEachBatch(of: dataset, rows) { batch in evaluator.evaluate(batch, into: &scores) }
    return scores.named
  }

  /// Computes the model's outputs.
  ///
  /// - Parameters:
  ///   - dataset: samples; their targets are not looked at.
  ///   - rows: which rows; all when nil.
  ///   - workers: who does the work.
  ///   - body: gets some rows and their outputs, [rows, outputs], in order; several outputs of a row
  ///     stand one after the other.
  /// - Throws: a sentence when data and model do not go together, and what `body` throws.
  public func predict(
    _ dataset: any Dataset, rows: RowSet? = nil, workers: Workers = Workers(),
    _ body: (Batch, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    let evaluator = try evaluator(dataset, Objective([]), workers)
    let width = evaluator.outputCount
    let result = Arena(count: plan.batchSize * width)
    try forEachBatch(of: dataset, rows) { batch in
      evaluator.predict(batch, into: result)
      try body(batch, UnsafeBufferPointer(result[0..<batch.rows * width]))
    }
  }

  /// Runs the model forward on one core, and shows each shard while what its layers left is there:
  /// `GateTrace` reads it.
  ///
  /// - Parameters:
  ///   - dataset: samples; their targets are not looked at.
  ///   - rows: which rows; all when nil.
  ///   - body: gets the shards in order; what it is given must not be kept.
  /// - Throws: a sentence when data and model do not go together, and what `body` throws.
  public func observe(
    _ dataset: any Dataset, rows: RowSet? = nil, _ body: (borrowing Pass) throws -> Void
  ) throws {
    let evaluator = try evaluator(dataset, Objective([]), Workers(1))
    try forEachBatch(of: dataset, rows) { batch in try evaluator.observe(batch, body) }
  }

  /// The shape of one sample's predictions; of the first output where there are several.
  public var outputShape: Shape { saved.network.outputs.first?.shape ?? Shape([0]) }

  private func evaluator(
    _ dataset: any Dataset, _ objective: Objective, _ workers: Workers
  ) throws -> Evaluator {
    let isMasked = dataset.shape.longest != nil
    let network =
      isMasked
      ? try saved.description.model.network(rows: plan.shardRows, masksInputs: true)
      : saved.network
    return try Evaluator(
      network, weights: saved.weights, shape: dataset.shape, objective: objective,
      plan: plan, workers: workers)
  }

  private func forEachBatch(
    of dataset: any Dataset, _ rows: RowSet? = nil, _ body: (Batch) throws -> Void
  ) throws {
    var settings = DataSettings()
    settings.batchSize = plan.batchSize
    settings.shuffles = false
    settings.nonFinite = .allow
    let batches = try BatchSource(dataset, rows: rows, settings: settings).prefetch(epochs: 1)
    while let loan = try batches.next() { try body(loan.batch) }
  }
}
