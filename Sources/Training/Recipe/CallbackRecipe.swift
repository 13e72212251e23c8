import KerasFormat

/// The options of `early_stopping`, Keras's `EarlyStopping`.
public struct EarlyStoppingRecipe: Sendable, Hashable {
  /// What is watched.
  public var monitor: Monitor
  /// After how many epochs without a better value training stops.
  public var patience: Int
  /// A value that must be beaten; nil for none.
  public var baseline: Double?
  /// Whether the best epoch's weights are put back.
  public var restoreBestWeights: Bool
  /// Epochs before this one are not looked at.
  public var startFromEpoch: Int

  init(_ reader: RecipeReader) throws(TrainingError) {
    monitor = try Monitor(reader, minimumDelta: 0)
    patience = try reader.count("patience") ?? 0
    baseline = try reader.number("baseline")
    restoreBestWeights = try reader.flag("restore_best_weights", false)
    startFromEpoch = try reader.count("start_from_epoch") ?? 0
    try reader.finish()
  }

  /// The callback.
  public var callback: EarlyStopping {
    EarlyStopping(
      monitor, patience: patience, baseline: baseline, restoresBest: restoreBestWeights,
      startFromEpoch: startFromEpoch)
  }

  var tree: JSON {
    monitor.tree(with: [
      ("patience", .int(patience)), ("baseline", baseline.map(JSON.double) ?? nil),
      ("restore_best_weights", .bool(restoreBestWeights)),
      ("start_from_epoch", .int(startFromEpoch)),
    ])
  }
}

/// The options of `reduce_lr_on_plateau`, Keras's `ReduceLROnPlateau`.
public struct ReduceOnPlateauRecipe: Sendable, Hashable {
  /// What is watched.
  public var monitor: Monitor
  /// What the learning rate is multiplied by.
  public var factor: Double
  /// After how many epochs without a better value.
  public var patience: Int
  /// Epochs after that which are not counted.
  public var cooldown: Int
  /// What the rate never falls below.
  public var minimumRate: Double

  init(_ reader: RecipeReader) throws(TrainingError) {
    monitor = try Monitor(reader, minimumDelta: 1e-4)
    factor = try reader.number("factor", 0.1)
    patience = try reader.count("patience") ?? 10
    cooldown = try reader.count("cooldown") ?? 0
    minimumRate = try reader.number("min_lr", 0)
    guard factor > 0, factor < 1 else {
      throw reader.failure("factor", "expected a number between 0 and 1, found \(factor)")
    }
    try reader.finish()
  }

  /// The callback.
  public var callback: ReduceOnPlateau {
    ReduceOnPlateau(
      monitor, factor: factor, patience: patience, cooldown: cooldown, minimumRate: minimumRate)
  }

  var tree: JSON {
    monitor.tree(with: [
      ("factor", .double(factor)), ("patience", .int(patience)), ("cooldown", .int(cooldown)),
      ("min_lr", .double(minimumRate)),
    ])
  }
}

extension Monitor {
  fileprivate init(_ reader: RecipeReader, minimumDelta usual: Double) throws(TrainingError) {
    self.init(
      try reader.text("monitor") ?? "val_loss", mode: try reader.choice("mode", .auto),
      minimumDelta: try reader.number("min_delta", usual))
  }

  fileprivate func tree(with options: [(String, JSON)]) -> JSON {
    var object = JSONObject()
    object["monitor"] = .string(name)
    object["mode"] = .string(mode.rawValue)
    object["min_delta"] = .double(minimumDelta)
    for (key, value) in options { object[key] = value }
    return .object(object)
  }
}

/// When checkpoints are written, and which are kept.
public struct CheckpointRecipe: Sendable, Hashable {
  /// A checkpoint after each so many updates; nil for none.
  public var everySteps: Int?
  /// A checkpoint after each so many seconds; nil for none.
  public var everySeconds: Double?
  /// A checkpoint after each so many epochs; nil for none.
  public var everyEpochs: Int?
  /// How many of the newest are kept.
  public var keepLast: Int
  /// Whether the best by what is watched is kept too.
  public var keepBest: Bool
  /// What says which is best; nil for `val_loss`, or `loss` without validation.
  public var monitor: String?

  init(_ reader: RecipeReader) throws(TrainingError) {
    everySteps = try reader.count("every_steps", least: 1)
    everySeconds = try reader.number("every_seconds")
    let isTimed = everySteps != nil || everySeconds != nil
    // Zero says never; left out it is 1 unless another rhythm is given.
    let epochs = try reader.count("every_epochs") ?? (isTimed ? 0 : 1)
    everyEpochs = epochs == 0 ? nil : epochs
    keepLast = try reader.count("keep_last", least: 1) ?? 3
    keepBest = try reader.flag("keep_best", false)
    monitor = try reader.text("monitor")
    if let seconds = everySeconds, seconds <= 0 {
      throw reader.failure("every_seconds", "expected a number above 0, found \(seconds)")
    }
    try reader.finish()
  }

  var tree: JSON {
    [
      "every_steps": everySteps.map(JSON.int) ?? nil,
      "every_seconds": everySeconds.map(JSON.double) ?? nil,
      "every_epochs": .int(everyEpochs ?? 0), "keep_last": .int(keepLast),
      "keep_best": .bool(keepBest), "monitor": monitor.map(JSON.string) ?? nil,
    ]
  }
}
