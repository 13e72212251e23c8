/// An optimizer's config with every key that Keras 3 writes, in its order.
///
/// - Parameters:
///   - name: Keras's name of the optimizer, for example `adam`.
///   - learningRate: a number, or a schedule in Keras's wrapper.
///   - common: values for keys that all optimizers have, such as `weight_decay` or `clipnorm`.
///   - options: the keys of the class itself, such as `beta_1`.
/// - Returns: the config.
public func optimizerConfig(
  name: String, learningRate: JSON, common: [String: JSON] = [:], options: [(String, JSON)]
) -> JSONObject {
  var config = JSONObject()
  config["name"] = .string(name)
  config["learning_rate"] = learningRate
  let defaults: [(String, JSON)] = [
    ("weight_decay", nil), ("clipnorm", nil), ("global_clipnorm", nil), ("clipvalue", nil),
    ("use_ema", false), ("ema_momentum", 0.99), ("ema_overwrite_frequency", nil),
    ("loss_scale_factor", nil), ("gradient_accumulation_steps", nil),
  ]
  for (key, value) in defaults { config[key] = common[key] ?? value }
  precondition(
    common.keys.allSatisfy { key in defaults.contains { $0.0 == key } },
    "a key that not all optimizers have")
  for (key, value) in options { config[key] = value }
  return config
}

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
