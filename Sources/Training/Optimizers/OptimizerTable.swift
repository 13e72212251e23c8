import KerasFormat

/// Optimizers by their options in Keras's names: what recipes and Keras's files say of them.
package enum OptimizerTable {
  /// The options that only one class has, in Keras's order.
  private static let rows: [KerasRow<any Optimizer>] = [
    KerasRow<any Optimizer>(sgd) { $0 }, KerasRow<any Optimizer>(rmsprop) { $0 },
    KerasRow<any Optimizer>(adam) { $0 },
  ]

  private static let sgd: [KerasOption<SGD>] = [
    .number("momentum", \.momentum), .flag("nesterov", \.nesterov),
  ]

  private static let rmsprop: [KerasOption<RMSprop>] = [
    .number("rho", \.rho), .number("momentum", \.momentum), .number("epsilon", \.epsilon),
    .flag("centered", \.centered),
  ]

  private static let adam: [KerasOption<Adam>] = [
    .number("beta_1", \.beta1), .number("beta_2", \.beta2), .number("epsilon", \.epsilon),
    .flag("amsgrad", \.amsgrad),
  ]

  // MARK: Recipes

  /// The optimizer that a name and options describe.
  static func read(
    _ name: String, _ options: RecipeReader
  ) throws(TrainingError) -> any Optimizer {
    guard let blank = optimizer(named: name) else {
      throw TrainingError(
        "training.optimizer: unknown optimizer '\(name)'"
          + suggestion(for: name, among: optimizerNames).withStop, kind: .data)
    }
    var optimizer = blank
    for row in rows { optimizer = try row.read(optimizer, options) ?? optimizer }
    optimizer.learningRate = try ScheduleTable.read(options, blank.learningRate)
    optimizer.weightDecay = try options.number("weight_decay") ?? blank.weightDecay
    optimizer.clipping = try clipping(options)
    try options.finish()
    if let problem = optimizer.problem {
      throw TrainingError("\(options.prefix.dropLast()): \(problem)", kind: .data)
    }
    return optimizer
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
    if let (key, limit) = optimizer.clipping?.keras { options[key] = .double(limit) }
    return options
  }

  // MARK: Keras's files

  /// The optimizer's settings as Keras 3 writes them, every key in its order.
  package static func config(of optimizer: any Optimizer) -> JSONObject {
    var common: [String: JSON] = [:]
    if let decay = optimizer.weightDecay { common["weight_decay"] = .double(decay) }
    if let (key, limit) = optimizer.clipping?.keras { common[key] = .double(limit) }
    return optimizerConfig(
      name: optimizer.name.lowercased(),
      learningRate: ScheduleTable.config(of: optimizer.learningRate), common: common,
      options: rows.options(of: optimizer))
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
