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

  /// Loss and metrics, for the shapes of a model's output and of the data's targets.
  ///
  /// - Parameters:
  ///   - output: the shape of one sample's predictions.
  ///   - target: the shape of one sample's targets.
  /// - Returns: the objective.
  /// - Throws: a sentence when predictions and targets cannot be compared so.
  public func objective(output: Shape, target: Shape) throws(TrainingError) -> Objective {
    do {
      let loss = try training.loss.loss()
      let targets = loss.targetShapes(for: output)
      guard targets.contains(target) else {
        throw TrainingError(
          "The loss '\(loss.name)' compares the model's output \(output) with targets "
            + targets.map(\.description).joined(separator: " or ")
            + ", and the data's targets are \(target). Change the last layer's units or the loss.",
          kind: .data)
      }
      let metrics = try training.metrics.compactMap { name in
        try metric(named: name, output: output, target: target)
      }
      return Objective(loss, metrics: metrics)
    } catch let error as TrainingError {
      throw error
    } catch {
      throw TrainingError("training.metrics: \(error)".withStop, kind: .data)
    }
  }

  /// What turns gradients into updates.
  ///
  /// - Returns: the optimizer.
  /// - Throws: a sentence when its options make no sense.
  public func optimizer() throws(TrainingError) -> any Optimizer {
    try training.optimizer.optimizer()
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
    settings.shuffles = data.shuffle
    settings.seed = training.seed
    settings.memory = data.memory
    settings.buffers = data.prefetch
    settings.nonFinite = data.nan
    return settings
  }
}
