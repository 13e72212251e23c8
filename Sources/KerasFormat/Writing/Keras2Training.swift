import Networks

/// What Keras 2 wants to know of a compiled model.
enum Keras2Training {
  /// Translates `training_config`.
  static func translate(_ json: JSON) -> JSON {
    var words = json.object ?? JSONObject()
    words["jit_compile"] = nil
    words["steps_per_execution"] = nil
    words["run_eagerly"] = nil
    for (key, value) in words.pairs { words[key] = withoutModules(value) }
    if var optimizer = words["optimizer_config"]?.object,
      var config = optimizer["config"]?.object
    {
      for key in ["loss_scale_factor", "gradient_accumulation_steps"] { config[key] = nil }
      config["is_legacy_optimizer"] = false
      optimizer["class_name"] = optimizer["class_name"]?.string.map { name in
        .string(name.contains(">") ? name : "Custom>\(name)")
      }
      optimizer["config"] = .object(config)
      words["optimizer_config"] = .object(optimizer)
    }
    return .object(words)
  }

  private static func withoutModules(_ json: JSON) -> JSON {
    if let values = json.array { return .array(values.map(withoutModules)) }
    guard let object = json.object else { return json }
    var words = JSONObject()
    for (key, value) in object.pairs where key != "module" && key != "registered_name" {
      words[key] = withoutModules(value)
    }
    return .object(words)
  }

  /// An optimizer's variables as tf.keras 2.11 and later keep them: without the learning rate, and
  /// with momenta where SGD has none.
  static func variables(
    of optimizer: OptimizerState, _ trained: [Parameter]
  ) -> [(String, OptimizerVariable)] {
    var variables = optimizer.variables
    if variables.prefix(while: { $0.shape.isEmpty }).count > 1 { variables.remove(at: 1) }
    if optimizer.className == "SGD", variables.count == 1 {
      variables += trained.map { parameter in
        OptimizerVariable(
          name: "SGD/m/\(parameter.path)", shape: parameter.slot.shape,
          values: .floats(Array(repeating: 0, count: parameter.slot.count)))
      }
    }
    return variables.map { ("\($0.name):0", $0) }
  }
}
