import KerasFormat

/// Optimizers by their options in Keras's names: what recipes and Keras's files say of them.
package enum OptimizerTable {
  /// The options that only one class has, in Keras's order.
  static let rows: [KerasRow<any Optimizer>] = [
    KerasRow<any Optimizer>(sgd) { $0 }, KerasRow<any Optimizer>(rmsprop) { $0 },
    KerasRow<any Optimizer>(adam) { $0 }, KerasRow<any Optimizer>(adamax) { $0 },
    KerasRow<any Optimizer>(nadam) { $0 }, KerasRow<any Optimizer>(adagrad) { $0 },
    KerasRow<any Optimizer>(adadelta) { $0 }, KerasRow<any Optimizer>(adafactor) { $0 },
    KerasRow<any Optimizer>(lion) { $0 }, KerasRow<any Optimizer>(lamb) { $0 },
    KerasRow<any Optimizer>(lars) { $0 }, KerasRow<any Optimizer>(ftrl) { $0 },
  ]

  private static let sgd: [KerasOption<SGD>] = [
    .number("momentum", \.momentum), .flag("nesterov", \.nesterov),
  ]

  private static let rmsprop: [KerasOption<RMSprop>] = [
    .number("rho", \.rho), .number("momentum", \.momentum), .number("epsilon", \.epsilon),
    .flag("centered", \.centered),
    KerasOption<RMSprop>.flag("epsilon_outside_root", \.epsilonOutsideRoot).ours(),
  ]

  private static let adam: [KerasOption<Adam>] = [
    .number("beta_1", \.beta1), .number("beta_2", \.beta2), .number("epsilon", \.epsilon),
    .flag("amsgrad", \.amsgrad),
  ]

  private static let adamax: [KerasOption<Adamax>] = [
    .number("beta_1", \.beta1), .number("beta_2", \.beta2), .number("epsilon", \.epsilon),
  ]

  private static let nadam: [KerasOption<Nadam>] = [
    .number("beta_1", \.beta1), .number("beta_2", \.beta2), .number("epsilon", \.epsilon),
    KerasOption<Nadam>.number("schedule_decay", \.scheduleDecay).ours(),
  ]

  private static let adagrad: [KerasOption<Adagrad>] = [
    .number("initial_accumulator_value", \.initialAccumulator), .number("epsilon", \.epsilon),
    KerasOption<Adagrad>.flag("epsilon_outside_root", \.epsilonOutsideRoot).ours(),
  ]

  private static let adadelta: [KerasOption<Adadelta>] = [
    .number("rho", \.rho), .number("epsilon", \.epsilon),
  ]

  private static let adafactor: [KerasOption<Adafactor>] = [
    .number("beta_2_decay", \.beta2Decay), .number("epsilon_1", \.epsilon1),
    .number("epsilon_2", \.epsilon2), .number("clip_threshold", \.clipThreshold),
    .flag("relative_step", \.relativeStep),
  ]

  private static let lion: [KerasOption<Lion>] = [
    .number("beta_1", \.beta1), .number("beta_2", \.beta2),
  ]

  private static let lamb: [KerasOption<Lamb>] = [
    .number("beta_1", \.beta1), .number("beta_2", \.beta2), .number("epsilon", \.epsilon),
  ]

  private static let lars: [KerasOption<Lars>] = [
    .number("momentum", \.momentum), .number("trust_coefficient", \.trustCoefficient),
    .number("epsilon", \.epsilon),
  ]

  private static let ftrl: [KerasOption<Ftrl>] = [
    .number("learning_rate_power", \.power),
    .number("initial_accumulator_value", \.initialAccumulator),
    .number("l1_regularization_strength", \.l1), .number("l2_regularization_strength", \.l2),
    .number("l2_shrinkage_regularization_strength", \.l2Shrinkage), .number("beta", \.beta),
  ]

  // MARK: Recipes

  /// The optimizer that a name and options describe.
  static func read(
    _ name: String, _ options: RecipeReader
  ) throws(TrainingError) -> any Optimizer {
    guard let blank = Training.optimizer(named: name) else {
      throw TrainingError(
        "training.optimizer: unknown optimizer '\(name)'"
          + suggestion(for: name, among: optimizerNames).withStop, kind: .data)
    }
    var optimizer = blank
    for row in rows { optimizer = try row.read(optimizer, options) ?? optimizer }
    optimizer.settings = try settings(options, blank.settings)
    try options.finish()
    if let problem = optimizer.problem {
      throw TrainingError("\(options.prefix.dropLast()): \(problem)", kind: .data)
    }
    return optimizer
  }

  private static func settings(
    _ options: RecipeReader, _ usual: OptimizerSettings
  ) throws(TrainingError) -> OptimizerSettings {
    var settings = usual
    settings.learningRate = try ScheduleTable.read(options, usual.learningRate)
    settings.weightDecay = try options.number("weight_decay") ?? usual.weightDecay
    settings.clipping = try clipping(options)
    let average = WeightAverage(
      momentum: try options.number("ema_momentum", WeightAverage().momentum),
      overwriteFrequency: try options.count("ema_overwrite_frequency", least: 1))
    settings.average = try options.flag("use_ema", false) ? average : nil
    settings.gradientAccumulationSteps = try options.count("gradient_accumulation_steps", least: 2)
    settings.lossScaleFactor = try options.number("loss_scale_factor")
    return settings
  }

  private static func clipping(_ options: RecipeReader) throws(TrainingError) -> Clipping? {
    let found: [Clipping] = [
      try options.number("clipvalue").map(Clipping.value),
      try options.number("clipnorm").map(Clipping.norm),
      try options.number("global_clipnorm").map(Clipping.globalNorm),
    ].compactMap(\.self)
    guard found.count <= 1 else {
      throw options.failure(
        "clipnorm", "only one of clipvalue, clipnorm and global_clipnorm can be set, as in Keras")
    }
    return found.first
  }

  /// The options of an optimizer, complete; null where Keras has None.
  static func options(of optimizer: any Optimizer) -> JSONObject {
    var options = JSONObject()
    for (key, value) in ScheduleTable.options(of: optimizer.learningRate) { options[key] = value }
    for (key, value) in rows.options(of: optimizer) { options[key] = value }
    options["weight_decay"] = optimizer.weightDecay.map(JSON.double) ?? .null
    for (key, value) in optimizer.settings.extras { options[key] = value }
    return options
  }

  // MARK: Keras's files

  /// The optimizer's settings as a generation of Keras writes them, every key in its order.
  ///
  /// - Parameters:
  ///   - optimizer: the optimizer.
  ///   - generation: whose keys those are; Keras 3's, or those of `tf.keras` from 2.11 on.
  /// - Returns: the config. What only Keras 1 and old versions of Keras 2 did has no key in it.
  package static func config(
    of optimizer: any Optimizer, for generation: OptimizerGeneration = .keras3
  ) -> JSONObject {
    var common = Dictionary(uniqueKeysWithValues: optimizer.settings.extras)
    if let decay = optimizer.weightDecay { common["weight_decay"] = .double(decay) }
    return optimizerConfig(
      name: generation == .keras3 ? optimizer.name.lowercased() : optimizer.name,
      learningRate: ScheduleTable.config(of: optimizer.learningRate), common: common,
      options: rows.options(of: optimizer, areKeras: true), generation: generation)
  }
}

extension OptimizerSettings {
  /// Keras's names of what is set beside the learning rate and the decay, and the values.
  fileprivate var extras: [(String, JSON)] {
    var extras: [(String, JSON)] = []
    if let clipping {
      let (key, limit) = clipping.keras
      extras.append((key, .double(limit)))
    }
    if let average {
      extras += [("use_ema", true), ("ema_momentum", .double(average.momentum))]
      if let frequency = average.overwriteFrequency {
        extras.append(("ema_overwrite_frequency", .int(frequency)))
      }
    }
    if let steps = gradientAccumulationSteps {
      extras.append(("gradient_accumulation_steps", .int(steps)))
    }
    if let factor = lossScaleFactor { extras.append(("loss_scale_factor", .double(factor))) }
    return extras
  }
}

extension Clipping {
  /// Keras's name of the argument, and its value.
  fileprivate var keras: (key: String, limit: Double) {
    switch self {
    case .value(let limit): ("clipvalue", limit)
    case .norm(let limit): ("clipnorm", limit)
    case .globalNorm(let limit): ("global_clipnorm", limit)
    }
  }
}
