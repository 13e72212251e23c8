import Foundation
import HDF5
import KerasFormat
import Networks
import Tensors

/// The parts of a run, opened, checked and put together before the first step.
struct Assembly {
  let recipe: Recipe
  let training: BatchSource
  let validation: BatchSource?
  let frame: Checkpoint.Frame
  let trainer: Trainer
  /// What a person should know before it begins.
  let notices: [String]

  init(_ recipe: Recipe, workers: Workers) throws(TrainingError) {
    do {
      try self.init(checked: recipe, workers: workers)
    } catch {
      throw TrainingError(wrapping: error)
    }
  }

  private init(checked recipe: Recipe, workers: Workers) throws {
    self.recipe = recipe
    let dataset = try HDF5Dataset(path: recipe.data.train, names: recipe.data.names)
    let split = recipe.data.split(seed: recipe.training.seed)
    let rows = try split.rows(of: dataset.count, name: dataset.name)
    var settings = recipe.dataSettings
    training = try BatchSource(dataset, rows: rows.training, settings: settings)
    settings.shuffles = false
    settings.dropsRemainder = false
    if let path = recipe.data.validation {
      let other = try HDF5Dataset(path: path, names: recipe.data.names)
      try Self.check(other, fits: dataset)
      validation = try BatchSource(other, settings: settings)
    } else if rows.validation.count > 0 {
      validation = try BatchSource(dataset, rows: rows.validation, settings: settings)
    } else {
      validation = nil
    }
    let engine = try recipe.engineSettings()
    let (model, weights) = try Self.model(recipe, dataset)
    let network = try model.model.network(rows: engine.plan.shardRows)
    guard let output = network.outputs.first else {
      throw TrainingError("The model has no output.")
    }
    let objective = try recipe.objective(output: output.shape, target: dataset.shape.target)
    let optimizer = try recipe.optimizer()
    trainer = try Trainer(
      network, shape: dataset.shape, objective: objective, optimizer: optimizer,
      settings: engine, workers: workers)
    if let weights {
      trainer.weights.copy(from: weights)
      trainer.spreadWeights()
    }
    frame = Checkpoint.Frame(
      model: model, network: network, objective: objective, optimizer: optimizer)
    notices = training.notices + (validation?.notices ?? [])
    try checkStates()
  }

  /// The model of the recipe's layers, or of its file with that file's weights.
  private static func model(
    _ recipe: Recipe, _ dataset: HDF5Dataset
  ) throws -> (ModelDescription, Arena?) {
    let batchSize = recipe.training.batchSize
    switch recipe.model.source {
    case .layers:
      let model = try recipe.sequential(input: dataset.shape.input)
      return (
        ModelDescription(model: model, batchSize: model.isStateful ? batchSize : nil), nil
      )
    case .file(let path):
      try Checkpoint.checkTrailer(path)
      let saved = try SavedModel(reading: File(reading: path), input: dataset.shape.input)
      let input = saved.description.model.inputs.first ?? Shape([])
      guard input == dataset.shape.input else {
        throw TrainingError(
          "The model '\(path)' takes \(input), and '\(dataset.name)' holds "
            + "\(dataset.shape.input).", kind: .data)
      }
      try checkTrainable(saved.description, path)
      return (saved.description, saved.weights)
    }
  }

  /// Refuses layers that are not to be trained, which would be trained all the same.
  private static func checkTrainable(
    _ model: ModelDescription, _ path: String
  ) throws(TrainingError) {
    guard !model.model.frozen.isEmpty else { return }
    let names = model.model.frozen.sorted().map { "'\($0)'" }.joined(separator: ", ")
    throw TrainingError(
      "The model '\(path)' has layers that are not trainable (\(names)), and here all layers are "
        + "trained. Set trainable in Keras and save it again.", kind: .data)
  }

  private static func check(_ other: HDF5Dataset, fits dataset: HDF5Dataset) throws {
    guard other.shape.input == dataset.shape.input, other.shape.target == dataset.shape.target
    else {
      throw TrainingError(
        "The validation data '\(other.name)' has samples of \(other.shape.input) with targets of "
          + "\(other.shape.target), and the training data of \(dataset.shape.input) with "
          + "\(dataset.shape.target).", kind: .data)
    }
  }

  /// States belong to a place in the batch, so every batch must have all of its places.
  private func checkStates() throws(TrainingError) {
    let (rows, size) = (training.order.rows.count, recipe.training.batchSize)
    guard frame.network.statesPerRow > 0, rows % size != 0 else { return }
    throw TrainingError(
      "A stateful layer needs full batches: \(rows) rows do not make batches of \(size). "
        + "Choose a batch_size that divides \(rows).")
  }
}

extension Sequential {
  /// Whether a layer carries states from batch to batch.
  var isStateful: Bool {
    layers.contains { layer in
      switch layer {
      case let lstm as LSTM: lstm.options.stateful
      case let gru as GRU: gru.options.stateful
      case let simple as SimpleRNN: simple.options.stateful
      default: false
      }
    }
  }
}

extension TrainingError {
  /// Makes any error of a lower module one of ours, with its sentence.
  init(wrapping error: any Error) {
    switch error {
    case let error as TrainingError: self = error
    case let error as HDF5Error:
      self.init(error.description, kind: error.reason == .noSuchFile ? .missing : .data)
    case let error as DataError: self.init(error.description, kind: .data)
    case let error as NetworkError: self.init(error.description, kind: .data)
    case let error as KerasFormatError: self.init(error.description, kind: .data)
    default: self.init("\(error)", kind: .data)
    }
  }
}
