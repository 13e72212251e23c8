/// An optimizer's config with every key that a generation of Keras writes, in its order.
///
/// - Parameters:
///   - name: Keras's name of the optimizer, for example `adam`.
///   - learningRate: a number, or a schedule in Keras's wrapper.
///   - common: values for keys that all optimizers have, such as `weight_decay` or `clipnorm`.
///   - options: the keys of the class itself, such as `beta_1`.
///   - generation: whose keys those are: Keras 3's, or those of `tf.keras` from 2.11 on.
/// - Returns: the config.
public func optimizerConfig(
  name: String, learningRate: JSON, common: [String: JSON] = [:], options: [(String, JSON)],
  generation: OptimizerGeneration = .keras3
) -> JSONObject {
  let isKeras3 = generation == .keras3
  var config = JSONObject()
  config["name"] = .string(name)
  if isKeras3 { config["learning_rate"] = learningRate }
  let known = commonDefaults + keras3Defaults
  precondition(
    common.keys.allSatisfy { key in known.contains { $0.0 == key } },
    "a key that not all optimizers have")
  for (key, value) in isKeras3 ? known : commonDefaults { config[key] = common[key] ?? value }
  if !isKeras3 {
    config["jit_compile"] = false
    config["is_legacy_optimizer"] = false
    config["learning_rate"] = learningRate
  }
  for (key, value) in options { config[key] = value }
  return config
}

private let commonDefaults: [(String, JSON)] = [
  ("weight_decay", nil), ("clipnorm", nil), ("global_clipnorm", nil), ("clipvalue", nil),
  ("use_ema", false), ("ema_momentum", 0.99), ("ema_overwrite_frequency", nil),
]

private let keras3Defaults: [(String, JSON)] = [
  ("loss_scale_factor", nil), ("gradient_accumulation_steps", nil),
]

/// A learning-rate schedule in Keras's wrapper.
///
/// - Parameters:
///   - className: Keras's name of the class, for example `ExponentialDecay`.
///   - options: its config.
/// - Returns: what stands for `learning_rate` in an optimizer's config.
public func scheduleConfig(_ className: String, _ options: [(String, JSON)]) -> JSON {
  var config = JSONObject()
  for (key, value) in options { config[key] = value }
  return keras(module: "keras.optimizers.schedules", className, config)
}
