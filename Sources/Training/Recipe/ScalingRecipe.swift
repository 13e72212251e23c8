import KerasFormat

/// The rule of a recipe: `{linear: {base_batch_size: 32}}`.
extension LearningRateScaling {
  private static let key = "learning_rate_scaling"

  /// Reads the rule; nil where there is none.
  ///
  /// - Parameters:
  ///   - reader: the section `training`.
  ///   - optimizer: the recipe's optimizer, whose rates are scaled; nil for that of the model's file.
  /// - Throws: a sentence when the rule is none, or the optimizer's rates cannot follow it.
  init?(_ reader: RecipeReader, _ optimizer: OptimizerRecipe?) throws(TrainingError) {
    guard let found = reader.value(Self.key), found != false else { return nil }
    guard let (name, options) = try reader.named(Self.key) else { return nil }
    guard let rule = Rule(rawValue: name) else {
      let rules = Rule.allCases.map(\.rawValue)
      throw reader.failure(
        Self.key,
        "unknown rule '\(name)'\(suggestion(for: name, among: rules))")
    }
    guard let base = try options.count("base_batch_size", least: 1) else {
      throw options.failure(
        "base_batch_size",
        "it is missing; expected the rows of an update that the rates were chosen for")
    }
    let epochs = try options.number("warmup_epochs", 0)
    try options.finish()
    guard epochs >= 0 else {
      throw options.failure("warmup_epochs", "expected a number from 0 on, found \(epochs)")
    }
    self.init(rule, baseBatchSize: base, warmupEpochs: epochs)
    if rule == .legw, epochs == 0 {
      throw options.failure(
        "warmup_epochs", "it is missing; legw lengthens a warm-up, and without one is square_root")
    }
    try check(optimizer, reader)
  }

  /// Refuses rates that are not the recipe's to scale, and a second warm-up.
  private func check(
    _ optimizer: OptimizerRecipe?, _ reader: RecipeReader
  ) throws(TrainingError) {
    guard let options = optimizer?.options else {
      throw reader.failure(
        Self.key,
        "the optimizer of the model's file goes on at its own rate; name one in training.optimizer to "
          + "have its rate scaled")
    }
    let cosine = options["learning_rate"]?["CosineDecay"]?["warmup_target"]
    let hasWarmup = options["warmup_steps"] != nil || cosine?.double != nil
    guard hasWarmup, warmupEpochs > 0 else { return }
    throw reader.failure(
      Self.key, "the optimizer has a warm-up of its own; leave that or warmup_epochs out")
  }

  var tree: JSON {
    [
      rule.rawValue: [
        "base_batch_size": .int(baseBatchSize), "warmup_epochs": .double(warmupEpochs),
      ]
    ]
  }
}

extension Recipe {
  /// How many rows make an update of one replica.
  var updateRows: Int {
    training.batchSize * training.accumulateSteps / training.averaging.replicas
  }

  /// An optimizer of the recipe with the rates for its batch size.
  ///
  /// - Parameters:
  ///   - optimizer: the optimizer with the rates for the base batch size.
  ///   - batches: how many batches an epoch has.
  /// - Returns: the optimizer, and a sentence about what became of its rates; nil where they stay.
  func scaled(
    _ optimizer: any Optimizer, batches: Int
  ) -> (optimizer: any Optimizer, note: String?) {
    guard let scaling = training.learningRateScaling else { return (optimizer, nil) }
    let accumulate = training.accumulateSteps
    let countsBatches = optimizer.settings.gradientAccumulationSteps != nil
    let steps = countsBatches ? batches : (batches + accumulate - 1) / accumulate
    var result = optimizer
    result.learningRate = scaling.applied(
      to: optimizer.learningRate, rows: updateRows, stepsPerEpoch: steps)
    return (result, scaling.sentence(optimizer.learningRate, rows: updateRows, steps: steps))
  }
}

extension LearningRateScaling {
  /// What becomes of a schedule, for people.
  fileprivate func sentence(_ schedule: any LearningRate, rows: Int, steps: Int) -> String {
    let factor = factor(rows: rows)
    let first = ((schedule as? LinearWarmup)?.schedule ?? schedule).value(at: 0)
    let warmup = warmupSteps(rows: rows, stepsPerEpoch: steps)
    return "The learning rate for updates of \(rows) rows is \(Self.short(first * factor)): "
      + "\(Self.short(first)) for \(baseBatchSize) rows, times \(Self.short(factor)) (\(rule.rawValue))"
      + (warmup > 0 ? ", after a warm-up of \(warmup) steps." : ".")
  }

  private static func short(_ number: Double) -> String {
    let float = Float(number)
    return float == float.rounded() && float < 1e9 ? "\(Int(float))" : "\(float)"
  }
}
