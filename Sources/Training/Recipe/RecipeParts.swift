import KerasFormat
import Networks

extension Recipe {
  /// The model that the layers of the recipe make; only where it does not come from a file.
  ///
  /// - Parameter input: the shape of one sample of the data.
  /// - Returns: the model, without numbers.
  /// - Throws: a sentence that names the layer that is wrong.
  public func sequential(input: Shape) throws(TrainingError) -> Sequential {
    guard case .layers(let recipes) = model.source else {
      preconditionFailure("a model that comes from a file has no layers in its recipe")
    }
    do {
      var layers: [any Layer] = []
      for recipe in recipes { layers.append(try recipe.layer()) }
      return Sequential(name: model.name, input: input, layers)
    } catch {
      throw TrainingError("model.layers: \(error.description.withStop)", kind: .data)
    }
  }

  /// Losses and metrics, for the outputs of a model and the data's targets.
  ///
  /// - Parameters:
  ///   - names: the outputs' names.
  ///   - outputs: the shape of one sample's predictions, for each output.
  ///   - targets: the shape of one sample's targets, for each output.
  ///   - compiled: what the model's file says of each output, for what the recipe leaves out.
  /// - Returns: the objective.
  /// - Throws: a sentence when predictions and targets cannot be compared so.
  public func objective(
    names: [String], outputs: [Shape], targets: [Shape], compiled: [OutputTraining]? = nil
  ) throws(TrainingError) -> Objective {
    guard targets.count == outputs.count else {
      throw TrainingError(
        "The model has \(outputs.count) outputs (\(names.joined(separator: ", "))), and the data has "
          + "\(targets.count) targets. Name a dataset for each output by data.targets.", kind: .data
      )
    }
    let losses = try losses(names, compiled)
    let weights = try training.lossWeights.values(for: names, "training.loss_weights")
    let metrics = try training.metrics.values(for: names, "training.metrics")
    let weighted = try training.weightedMetrics.values(for: names, "training.weighted_metrics")
    let classes = try training.classWeights.values(for: names, "training.class_weight")
    guard losses.contains(where: { $0 != nil }) else {
      throw TrainingError("training.loss: no output has a loss, so there is nothing to train.")
    }
    var asked: [Objective.Output] = []
    for (index, name) in names.enumerated() {
      let (output, target) = (outputs[index], targets[index])
      asked.append(
        Objective.Output(
          name, loss: try Self.checked(losses[index], output, target),
          weight: weights[index] ?? (training.loss == nil ? compiled?[index].weight : nil) ?? 1,
          metrics: try Self.metrics(metrics[index] ?? [], "metrics", output, target),
          weightedMetrics: try Self.metrics(
            weighted[index] ?? [], "weighted_metrics", output, target),
          classWeights: classes[index].map { ClassWeights($0) }))
    }
    return Objective(asked)
  }

  /// Loss and metrics of a model with one output.
  ///
  /// - Parameters:
  ///   - output: the shape of one sample's predictions.
  ///   - target: the shape of one sample's targets.
  /// - Returns: the objective.
  /// - Throws: a sentence when predictions and targets cannot be compared so.
  public func objective(output: Shape, target: Shape) throws(TrainingError) -> Objective {
    try objective(names: ["output"], outputs: [output], targets: [target])
  }

  /// The recipe's losses, or else those of the model's file.
  private func losses(
    _ names: [String], _ compiled: [OutputTraining]?
  ) throws(TrainingError) -> [(any Loss)?] {
    do {
      if let recipes = try training.loss?.values(for: names, "training.loss") {
        return try recipes.map { try $0?.loss() }
      }
      guard let losses = try compiled?.map({ try $0.lossValue() }) else {
        throw TrainingError(
          "training.loss: it is missing, and the model's file has none; 'mse' is the usual one for "
            + "numbers.", kind: .data)
      }
      return losses
    } catch {
      throw TrainingError(wrapping: error)
    }
  }

  private static func checked(
    _ loss: (any Loss)?, _ output: Shape, _ target: Shape
  ) throws(TrainingError) -> (any Loss)? {
    guard let loss else { return nil }
    let targets = loss.targetShapes(for: output)
    guard targets.contains(target) else {
      throw TrainingError(
        "The loss '\(loss.name)' compares the model's output \(output) with targets "
          + targets.map(\.description).joined(separator: " or ")
          + ", and the data's targets are \(target). Change the last layer's units or the loss.",
        kind: .data)
    }
    return loss
  }

  private static func metrics(
    _ names: [String], _ key: String, _ output: Shape, _ target: Shape
  ) throws(TrainingError) -> [any Metric] {
    do {
      return try names.compactMap { name in
        try metric(named: name, output: output, target: target)
      }
    } catch {
      throw TrainingError("training.\(key): \(error)".withStop, kind: .data)
    }
  }

  /// What turns gradients into updates.
  ///
  /// - Returns: the optimizer; nil where that of the model's file is to go on.
  /// - Throws: a sentence when its options make no sense.
  public func optimizer() throws(TrainingError) -> (any Optimizer)? {
    try training.optimizer?.optimizer()
  }

  /// What decides the numbers of the engine.
  ///
  /// - Returns: the settings.
  /// - Throws: a sentence when batch size, shards and replicas do not fit together.
  public func engineSettings() throws(TrainingError) -> EngineSettings {
    let plan = try ShardPlan(batchSize: training.batchSize, shards: training.shards)
    return try EngineSettings(
      plan: plan, accumulateSteps: training.accumulateSteps, averaging: training.averaging,
      seed: training.seed)
  }

  /// How rows become batches.
  public var dataSettings: DataSettings {
    var settings = DataSettings()
    settings.batchSize = training.batchSize
    settings.shuffles = data.shuffle ?? true
    settings.isUniform = data.isUniform
    settings.scratch = data.scratch
    settings.seed = training.seed
    settings.memory = data.memory
    settings.buffers = data.prefetch
    settings.nonFinite = data.nan
    settings.buckets = data.buckets
    return settings
  }

  /// How rows to validate with become batches: in their order, all of them.
  public var validationSettings: DataSettings {
    var settings = dataSettings
    settings.shuffles = false
    settings.dropsRemainder = false
    return settings
  }
}
