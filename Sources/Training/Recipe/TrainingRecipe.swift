import KerasFormat
import Networks

/// How a model is trained.
public struct TrainingRecipe: Sendable, Hashable {
  /// What training makes small, for each output; nil for what the model's file says.
  public var loss: PerOutput<LossRecipe>?
  /// How much the loss of each output counts.
  public var lossWeights = PerOutput<Double>.nothing
  /// What turns gradients into updates; nil for the optimizer of the model's file, which goes on.
  public var optimizer: OptimizerRecipe?
  /// How the optimizer's rates follow the batch size; nil where they are those of the batch size.
  public var learningRateScaling: LearningRateScaling?
  /// Keras's names of what is reported beside the loss.
  public var metrics = PerOutput<[String]>.all([])
  /// Keras's names of what is reported by the weights of the samples.
  public var weightedMetrics = PerOutput<[String]>.all([])
  /// What the classes of the targets weigh.
  public var classWeights = PerOutput<[Int: Double]>.nothing
  /// Patterns of the names of layers that training leaves as they are.
  public var freeze: [String] = []
  /// Rows of a batch.
  public var batchSize = 32
  /// Epochs in all.
  public var epochs = 1
  /// Where initial weights, order and dropout come from.
  public var seed: UInt64 = 0
  /// Into how many shards a batch is cut; nil for about 32 rows each.
  public var shards: Int?
  /// How many batches make an update.
  public var accumulateSteps = 1
  /// How replicas are kept together.
  public var averaging = Averaging.gradients
  /// When to stop before the last epoch; nil for never.
  public var earlyStopping: EarlyStoppingRecipe?
  /// When to lower the learning rate; nil for never.
  public var reduceOnPlateau: ReduceOnPlateauRecipe?
  /// When checkpoints are written and which are kept.
  public var checkpoint: CheckpointRecipe
  /// When text is made with the model, and from what; nil for never.
  public var samples: SampleRecipe?
  /// Whether the loss is followed slowly from what knowing nothing costs.
  public var smoothedLoss = false
  /// Whether the noise of the gradients is measured.
  public var noiseScale = true
  /// After how many updates the log gets a line; 0 for never, nil for about two hundred in all.
  public var logEverySteps: Int?
  /// What TensorBoard is shown; nil for nothing.
  public var tensorboard: TensorBoardRecipe?

  init(_ reader: RecipeReader, of model: ModelRecipe) throws(TrainingError) {
    loss = try LossRecipe.all(reader, isOptional: model.isFile)
    lossWeights = try Self.lossWeights(reader)
    let isGiven = reader.value("optimizer") != nil
    optimizer = isGiven || !model.isFile ? try OptimizerRecipe(reader) : nil
    learningRateScaling = try LearningRateScaling(reader, optimizer)
    metrics = try Self.metrics(reader, "metrics")
    weightedMetrics = try Self.metrics(reader, "weighted_metrics")
    classWeights = try Self.classWeights(reader)
    if let found = reader.value("freeze"), found.array?.isEmpty != true {
      freeze = try reader.list("freeze", "patterns of layers' names", \.string)
    }
    batchSize = try reader.count("batch_size", least: 1) ?? batchSize
    epochs = try reader.count("epochs", least: 1) ?? epochs
    seed = UInt64(try reader.count("seed") ?? 0)
    shards =
      try reader.value("shards", "a whole number from 1 on, or auto") { json in
        json == "auto" ? .some(nil) : json.int.flatMap { $0 > 0 ? .some($0) : nil }
      } ?? nil
    accumulateSteps = try Self.accumulateSteps(reader, optimizer)
    averaging = try Self.averaging(reader)
    earlyStopping = try reader.optionalSection("early_stopping").map(EarlyStoppingRecipe.init)
    reduceOnPlateau = try reader.optionalSection("reduce_lr_on_plateau")
      .map(ReduceOnPlateauRecipe.init)
    checkpoint = try CheckpointRecipe(reader.section("checkpoint"))
    samples = try reader.optionalSection("samples").map(SampleRecipe.init)
    smoothedLoss = try reader.flag("smoothed_loss", smoothedLoss)
    noiseScale = try reader.flag("noise_scale", noiseScale)
    logEverySteps =
      try reader.value("log_every_steps", "a whole number from 0 on, or auto") { json in
        json == "auto" ? .some(nil) : json.int.flatMap { $0 >= 0 ? .some($0) : nil }
      } ?? nil
    tensorboard = try TensorBoardRecipe(reader)
    _ = try reader.choice("on_nan", OnNaN.stop)
    try reader.finish()
  }

  /// The recipe's number, or else the optimizer's.
  private static func accumulateSteps(
    _ reader: RecipeReader, _ optimizer: OptimizerRecipe?
  ) throws(TrainingError) -> Int {
    let given = try reader.count("accumulate_steps", least: 1)
    guard let own = optimizer?.options["gradient_accumulation_steps"]?.int else {
      return given ?? 1
    }
    guard given == nil || given == own else {
      throw reader.failure(
        "accumulate_steps", "the optimizer's gradient_accumulation_steps is \(own); set only one")
    }
    return own
  }

  private enum OnNaN: String, CaseIterable { case stop }
  private enum AveragingName: String, CaseIterable { case gradients, weights }

  /// A name alone stands for a list of one.
  private static func metrics(
    _ reader: RecipeReader, _ key: String
  ) throws(TrainingError) -> PerOutput<[String]> {
    let isSingle = { (json: JSON) in
      json.string != nil || json.array?.allSatisfy { $0.string != nil } == true
    }
    guard reader.value(key) != nil else { return .all([]) }
    return try reader.perOutput(
      key, isSingle: isSingle
    ) { json, place throws(TrainingError) in try names(json, place) }
  }

  private static func names(_ found: JSON, _ place: String) throws(TrainingError) -> [String] {
    var names: [String] = []
    for json in found.array ?? [found] {
      guard let name = json.string else {
        throw RecipeReader.failure(at: place, "expected names of metrics, found \(found.short)")
      }
      guard isMetric(name) else {
        throw RecipeReader.failure(
          at: place, "unknown metric '\(name)'\(suggestion(for: name, among: metricNames))")
      }
      names.append(name)
    }
    return names
  }

  private static func lossWeights(
    _ reader: RecipeReader
  ) throws(TrainingError) -> PerOutput<Double> {
    try reader.perOutput(
      "loss_weights", isSingle: { $0.double != nil }
    ) { json, place throws(TrainingError) in
      guard let weight = json.double, weight.isFinite else {
        throw RecipeReader.failure(at: place, "expected a number, found \(json.short)")
      }
      return weight
    }
  }

  /// Numbers as keys are classes; words are outputs, with classes below.
  private static func classWeights(
    _ reader: RecipeReader
  ) throws(TrainingError) -> PerOutput<[Int: Double]> {
    try reader.perOutput(
      "class_weight", isSingle: { $0.object?.keys.allSatisfy { Int($0) != nil } ?? false }
    ) { json, place throws(TrainingError) in
      var weights: [Int: Double] = [:]
      for (key, value) in json.object?.pairs ?? [] {
        guard let number = Int(key), let weight = value.double, weight >= 0, weight.isFinite else {
          weights = [:]
          break
        }
        weights[number] = weight
      }
      if !weights.isEmpty { return weights }
      throw RecipeReader.failure(
        at: place, "expected a weight for each class, such as {0: 1, 1: 5}, found \(json.short)")
    }
  }

  /// A name is known or not whatever the shapes are; whether they fit is asked later.
  private static func isMetric(_ name: String) -> Bool {
    let shape = Shape([1])
    do {
      return try metric(named: name, output: shape, target: shape) != nil
    } catch {
      return true
    }
  }

  private static func averaging(_ reader: RecipeReader) throws(TrainingError) -> Averaging {
    guard let (name, options) = try reader.named("averaging") else { return .gradients }
    let replicas = try options.count("replicas", least: 1)
    let steps = try options.count("every_steps", least: 1)
    try options.finish()
    switch (AveragingName(rawValue: name), replicas, steps) {
    case (.gradients, nil, nil): return .gradients
    case (.weights, let replicas?, let steps?):
      return .weights(replicas: replicas, steps: steps)
    default:
      throw reader.failure(
        "averaging",
        "expected 'gradients', or 'weights: {replicas: 4, every_steps: 10}', found "
          + (reader.value("averaging")?.short ?? name))
    }
  }

  var tree: JSON {
    let averaging: JSON =
      switch averaging {
      case .gradients: "gradients"
      case .weights(let replicas, let steps):
        ["weights": ["replicas": .int(replicas), "every_steps": .int(steps)]]
      }
    return [
      "loss": loss?.tree(\.tree) ?? .null, "loss_weights": lossWeights.tree(JSON.double),
      "optimizer": optimizer?.tree ?? .null,
      "learning_rate_scaling": learningRateScaling?.tree ?? false,
      "metrics": metrics.tree(Self.tree),
      "weighted_metrics": weightedMetrics.tree(Self.tree),
      "class_weight": classWeights.tree(Self.tree),
      "freeze": .array(freeze.map(JSON.string)), "batch_size": .int(batchSize),
      "epochs": .int(epochs), "seed": .int(Int(seed)), "shards": shards.map(JSON.int) ?? "auto",
      "accumulate_steps": .int(accumulateSteps), "averaging": averaging,
      "early_stopping": earlyStopping?.tree ?? false,
      "reduce_lr_on_plateau": reduceOnPlateau?.tree ?? false, "checkpoint": checkpoint.tree,
      "samples": samples?.tree ?? false, "smoothed_loss": .bool(smoothedLoss),
      "noise_scale": .bool(noiseScale),
      "log_every_steps": logEverySteps.map(JSON.int) ?? "auto",
      "tensorboard": tensorboard?.tree ?? false, "on_nan": "stop",
    ]
  }

  private static func tree(_ names: [String]) -> JSON { .array(names.map(JSON.string)) }

  private static func tree(_ weights: [Int: Double]) -> JSON {
    var object = JSONObject()
    for number in weights.keys.sorted() { object["\(number)"] = weights[number].map(JSON.double) }
    return .object(object)
  }
}
