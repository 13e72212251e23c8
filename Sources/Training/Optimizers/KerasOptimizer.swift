import KerasFormat
import Networks
import Tensors

extension OptimizerTable {
  /// The optimizer that Keras's config describes, with the equations of the Keras that wrote it.
  ///
  /// - Parameters:
  ///   - className: Keras's name of the class.
  ///   - config: its config.
  ///   - generation: who wrote it.
  /// - Returns: the optimizer.
  /// - Throws: a sentence that names the class or option that we do not have.
  package static func optimizer(
    _ className: String, _ config: JSONObject, by generation: OptimizerGeneration
  ) throws(TrainingError) -> any Optimizer {
    let options = KerasOptimizerOptions(className, config, generation)
    let reader = try RecipeReader(.object(options.object), at: "optimizer.\(className).")
    return try read(className, reader)
  }
}

/// A config of any Keras in the words of a recipe.
private struct KerasOptimizerOptions {
  private(set) var object = JSONObject()
  private let className: String
  private let config: JSONObject
  private let generation: OptimizerGeneration

  /// Keys without effect on our numbers; those of schedules are dropped elsewhere.
  private static let idle: Set<String> = [
    "name", "jit_compile", "is_legacy_optimizer", "mesh", "dtype", "lr", "learning_rate", "decay",
  ]

  init(_ className: String, _ config: JSONObject, _ generation: OptimizerGeneration) {
    self.className = className
    self.config = config
    self.generation = generation
    for (key, value) in config.pairs where !Self.idle.contains(key) && !value.isNull {
      object[key] = value
    }
    // Without use_ema the other two mean nothing, and AdamW's decay may be switched off by null.
    if config["use_ema"] != true { object["ema_overwrite_frequency"] = .null }
    if className == "AdamW", config["weight_decay"] == .null { object["weight_decay"] = 0 }
    object["learning_rate"] = learningRate
    applyGeneration()
  }

  private var learningRate: JSON {
    let rate = config["learning_rate"] ?? config["lr"] ?? .null
    if let className = rate["class_name"]?.string {
      var options = JSONObject()
      let pairs = rate["config"]?.object?.pairs ?? []
      for (key, value) in pairs where key != "name" && key != "dtype" {
        options[key] = value
      }
      return [className: .object(options)]
    }
    // Nadam's `decay` of tf.keras is the other one.
    guard let decay = config["decay"]?.double, decay > 0, className != "Nadam", rate.double != nil
    else { return rate }
    return [
      "InverseTimeDecay": [
        "initial_learning_rate": rate, "decay_steps": 1, "decay_rate": .double(decay),
      ]
    ]
  }

  private mutating func applyGeneration() {
    let isOld = generation == .keras1 || generation == .keras2
    guard isOld || generation == .tfKerasLegacy else { return }
    if className == "Nadam" {
      object["schedule_decay"] = config["schedule_decay"] ?? config["decay"] ?? 0.004
    }
    if className == "Adagrad" {
      object["epsilon_outside_root"] = true
      if isOld { object["initial_accumulator_value"] = 0 }
    }
    if className == "RMSprop", (config["momentum"]?.double ?? 0) == 0 {
      object["epsilon_outside_root"] = true
    }
    guard isOld, let limit = config["clipnorm"], limit != .null else { return }
    object["clipnorm"] = .null
    object["global_clipnorm"] = limit
  }
}

extension OptimizerState {
  /// The state of an optimizer of ours, as a generation of Keras keeps it.
  ///
  /// - Parameters:
  ///   - optimizer: the optimizer.
  ///   - step: how many updates were made.
  ///   - learningRate: the rate of the next update.
  ///   - state: an arena for each of the optimizer's `stateNames`.
  ///   - model: the model's name, for the names of the variables.
  ///   - parameters: the trained parameters, in order.
  ///   - generation: Keras 3, or `tf.keras` from 2.11 on.
  /// - Throws: a sentence when the generation has no such optimizer.
  public init(
    of optimizer: any Optimizer, step: Int, learningRate: Float, state: [Arena], model: String,
    parameters: [Parameter], generation: OptimizerGeneration = .keras3
  ) throws(TrainingError) {
    let isKnown = !["Lamb", "Lars"].contains(optimizer.name)
    guard generation == .keras3 || (generation == .tfKeras && isKnown) else {
      throw TrainingError(
        "Writing the state of \(optimizer.name): only Keras 3 and tf.keras from 2.11 on are "
          + "written, and tf.keras has no Lamb and no Lars. Write it for Keras 3.")
    }
    let product = (optimizer as? Nadam)?.momentumProduct(after: step) ?? 1
    self.init(
      className: optimizer.name, config: OptimizerTable.config(of: optimizer, for: generation),
      numbers: Numbers(
        iteration: step, learningRate: learningRate,
        moments: zip(optimizer.stateNames, state).map { ($0, $1) },
        momentumProduct: Float(product)),
      model: model, parameters: parameters, generation: generation)
  }

  /// The optimizer that the state belongs to, with the learning rate of its next update.
  ///
  /// - Returns: the optimizer.
  /// - Throws: a sentence that names the class or option that we do not have.
  public func optimizer() throws(TrainingError) -> any Optimizer {
    var optimizer = try OptimizerTable.optimizer(className, config, by: generation)
    if let learningRate { optimizer.learningRate = ConstantRate(Double(learningRate)) }
    return optimizer
  }
}

extension Trainer {
  /// Goes on where another training stopped: its number of updates, and its moments.
  ///
  /// - Parameters:
  ///   - state: the state; the trainer's optimizer is the one that it belongs to.
  ///   - parameters: the parameters that the other training changed, in order.
  /// - Throws: a sentence when the variables do not fit the optimizer.
  public func goOn(
    from state: OptimizerState, parameters: [Parameter]
  ) throws(TrainingError) {
    let found: [Arena]?
    do {
      found = try state.moments(
        optimizer.stateNames, of: parameters, count: network.parameterCount)
    } catch {
      throw TrainingError(wrapping: error)
    }
    step = state.iteration ?? 0
    for (target, source) in zip(moments, found ?? []) {
      for parameter in parameters {
        _ = target[parameter.slot].update(fromContentsOf: source[parameter.slot])
      }
    }
    spreadWeights()
  }
}
