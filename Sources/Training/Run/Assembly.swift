import Foundation
import Glibc
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
  /// Makes text on the way, where that is wanted.
  let sampler: TrainingSampler?
  /// What a person should know before it begins.
  let notices: [String]
  /// Which optimizer and rate it begins with, where that is not what the recipe's optimizer says.
  let notes: [String]
  /// Scores of naive predictors.
  let baselines: [Baseline]

  init(_ recipe: Recipe, workers: Workers) throws(TrainingError) {
    do {
      try self.init(checked: recipe, workers: workers)
    } catch {
      throw TrainingError(wrapping: error)
    }
  }

  private init(checked recipe: Recipe, workers: Workers) throws {
    let data = try RunData.open(recipe) { Self.names(recipe) }
    let dataset = data.training.dataset
    training = try data.training.source()
    if let other = data.validation { try Self.check(other.dataset, fits: dataset) }
    validation = try data.validation?.source()
    var (model, saved) = try Self.model(recipe, dataset)
    let continuation = try Continuation(recipe, saved)
    var recipe = recipe
    recipe.training.accumulateSteps = try continuation.accumulateSteps(recipe)
    self.recipe = recipe
    let (optimizer, scaling) = recipe.scaled(
      continuation.optimizer, batches: training.order.batchCount)
    let (network, engine) = try Self.network(
      model.model, recipe, masksInputs: dataset.shape.longest != nil)
    try Self.checkVocabulary(dataset, network)
    // States belong to places in a batch, so files say how many there are.
    if network.statesPerRow > 0 { model.batchSize = model.batchSize ?? recipe.training.batchSize }
    let objective = try recipe.objective(
      names: model.model.outputNames, outputs: network.outputs.map(\.shape),
      targets: dataset.shape.targets,
      compiled: saved?.training?.outputs(model.model.outputNames))
    trainer = try Trainer(
      network, shape: dataset.shape, objective: objective, optimizer: optimizer,
      settings: engine, workers: workers,
      shorter: Self.shorter(model.model, training.order.buckets, rows: network.rows),
      measuresNoise: recipe.training.noiseScale)
    if let saved { try trainer.goOn(from: saved, continuation.state) }
    frame = Checkpoint.Frame(
      model: model, network: network, objective: objective, optimizer: optimizer,
      vocabulary: try Vocabulary.of(recipe))
    let frame = frame
    sampler = try recipe.training.samples.map { samples throws in
      try TrainingSampler(samples, frame, seed: recipe.training.seed)
    }
    notes = continuation.notes + [scaling].compactMap(\.self)
    baselines = data.baselines
    notices =
      data.notices + Self.streamNotices(dataset, network) + training.notices
      + (validation?.notices ?? []) + (sampler?.notices ?? [])
    try checkStates()
  }

  /// Updates in an epoch.
  var stepsPerEpoch: Int {
    let accumulate = recipe.training.accumulateSteps
    return (training.order.batchCount + accumulate - 1) / accumulate
  }

  /// The model of the recipe's layers, or of its file with that file's weights.
  private static func model(
    _ recipe: Recipe, _ dataset: any Dataset
  ) throws -> (ModelDescription, SavedModel?) {
    switch recipe.model.source {
    case .layers:
      var model: any Model = try recipe.sequential(input: dataset.shape.input)
      try freeze(&model, recipe.training.freeze)
      return (ModelDescription(model: model), nil)
    case .file(let path):
      let saved = try SavedModel(of: path, inputs: dataset.shape.inputs)
      var description = saved.description
      guard description.model.inputs == dataset.shape.inputs else {
        throw TrainingError(
          "The model '\(path)' takes \(description.model.inputs.list), and '\(dataset.name)' holds "
            + "\(dataset.shape.inputs.list).", kind: .data)
      }
      try freeze(&description.model, recipe.training.freeze)
      return (description, saved)
    }
  }

  /// The network for shards of a batch, and what decides its numbers.
  ///
  /// Where a layer needs all rows of a batch at once, a batch is one shard.
  private static func network(
    _ model: any Model, _ recipe: Recipe, masksInputs: Bool
  ) throws -> (Network, EngineSettings) {
    let engine = try recipe.engineSettings()
    let network = try model.network(rows: engine.plan.shardRows, masksInputs: masksInputs)
    guard network.outputs.count > 0 else { throw TrainingError("The model has no output.") }
    guard network.measuresBatches, recipe.training.shards == nil else { return (network, engine) }
    var whole = engine
    whole.plan = try ShardPlan(batchSize: engine.plan.batchSize, shards: 1)
    return (try model.network(rows: whole.plan.shardRows, masksInputs: masksInputs), whole)
  }

  /// The network for sequences as long as those of each class but the longest.
  private static func shorter(
    _ model: any Model, _ buckets: LengthBuckets?, rows: Int
  ) throws -> [Network] {
    guard let buckets, let input = model.inputs.first else { return [] }
    return try buckets.bounds.dropLast().map { steps in
      var model = model
      model.inputs = [Shape([steps] + input.dimensions.dropFirst())]
      return try model.network(rows: rows, masksInputs: true)
    }
  }

  /// The names of a model file's inputs and outputs; none where they cannot be known without data.
  private static func names(_ recipe: Recipe) -> (inputs: [String], outputs: [String]) {
    guard case .file(let path) = recipe.model.source, let saved = try? SavedModel(of: path)
    else { return ([], []) }
    return (saved.description.model.inputNames, saved.description.model.outputNames)
  }

  /// Freezes the layers that patterns name: `embedding`, `lstm*`, `encoder/*`.
  private static func freeze(
    _ model: inout any Model, _ patterns: [String]
  ) throws(TrainingError) {
    for pattern in patterns {
      var (isUsed, names): (Bool, [String]) = (false, [])
      model.freezeLayers { path in
        names.append(path.joined(separator: "/"))
        let subject = pattern.contains("/") ? path.joined(separator: "/") : path.last ?? ""
        guard fnmatch(pattern, subject, 0) == 0 else { return false }
        isUsed = true
        return true
      }
      guard !isUsed else { continue }
      throw TrainingError(
        "training.freeze: no layer is called '\(pattern)'\(suggestion(for: pattern, among: names))"
          .withStop, kind: .data)
    }
  }

  /// What is to be said about the states of a network that sees windows of streams.
  private static func streamNotices(_ dataset: any Dataset, _ network: Network) -> [String] {
    guard let window = dataset.shape.stream, network.statesPerRow == 0 else { return [] }
    return [
      "No layer of the model is stateful, so each window of \(window.steps) steps begins with a zero "
        + "state; set stateful: true for states that go on through the text."
    ]
  }

  /// Refuses a model without an output for each entry of a text's vocabulary.
  private static func checkVocabulary(
    _ dataset: any Dataset, _ network: Network
  ) throws(TrainingError) {
    guard let count = (dataset as? TokenDataset)?.vocabularyCount,
      let output = network.outputs.first?.shape.dimensions.last, output < count
    else { return }
    throw TrainingError(
      "The text '\(dataset.name)' has a vocabulary of \(count), and the model's output \(output) "
        + "classes. Set the units of the last layer to \(count).", kind: .data)
  }

  private static func check(_ other: any Dataset, fits dataset: any Dataset) throws {
    guard other.shape.inputs == dataset.shape.inputs, other.shape.targets == dataset.shape.targets
    else {
      throw TrainingError(
        "The validation data '\(other.name)' has samples of \(other.shape.inputs.list) with targets of "
          + "\(other.shape.targets.list), and the training data of \(dataset.shape.inputs.list) "
          + "with \(dataset.shape.targets.list).", kind: .data)
    }
  }

  /// States belong to a place in the batch, so every batch must have all of its places.
  private func checkStates() throws(TrainingError) {
    if frame.network.statesPerRow > 0, training.dataset.shape.longest != nil {
      throw TrainingError(
        "A stateful layer goes on from batch to batch, and the sequences of '\(training.dataset.name)' "
          + "end. Leave stateful off, or set data.lengths to none.")
    }
    let (rows, size) = (training.order.rows.count, recipe.training.batchSize)
    guard frame.network.statesPerRow > 0, rows % size != 0 else { return }
    throw TrainingError(
      "A stateful layer needs full batches: \(rows) rows do not make batches of \(size). "
        + "Choose a batch_size that divides \(rows).")
  }
}

extension Trainer {
  /// Takes the weights of a model, and the state that its optimizer is to go on from.
  ///
  /// Layers may be frozen now that were trained then: the state is that of all of them.
  fileprivate func goOn(from saved: SavedModel, _ state: OptimizerState?) throws(TrainingError) {
    weights.copy(from: saved.weights)
    if let state { try goOn(from: state, parameters: saved.trainedParameters) }
    spreadWeights()
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
