/// Says in Keras 2's words what Keras 3's config of a layer says.
///
/// Keras 2 refuses keys that it does not know, so these go; older releases of it lack some classes
/// of initializers and penalties, which have been other names for more general ones all along.
enum Keras2Words {
  /// The wrapper of a layer.
  static func translate(_ className: String, _ config: JSONObject) -> JSON {
    var words = JSONObject()
    for (key, value) in config.pairs where !isUnknown(key, value) {
      let isSlope = key == "negative_slope" && className == "LeakyReLU"
      words[isSlope ? "alpha" : key == "batch_shape" ? "batch_input_shape" : key] = translate(value)
    }
    return ["class_name": .string(className), "config": .object(words)]
  }

  /// Keys of Keras 3 alone, and those without effect that only later releases of Keras 2 take.
  private static func isUnknown(_ key: String, _ value: JSON) -> Bool {
    switch key {
    case "seed", "quantization_config", "synchronized", "rms_scaling", "optional", "lora_rank": true
    case "zero_output_for_mask": value == false
    default: false
    }
  }

  private static func translate(_ value: JSON) -> JSON {
    if let values = value.array { return .array(values.map(translate)) }
    guard let className = value["class_name"]?.string, let config = value["config"]?.object else {
      return value
    }
    switch value["module"]?.string {
    case "keras.initializers": return initializer(className, config)
    case "keras.regularizers":
      return [
        "class_name": "L1L2",
        "config": ["l1": config["l1"] ?? 0.0, "l2": config["l2"] ?? 0.0],
      ]
    default: return translate(className, config)
    }
  }

  /// The mode and the distribution of the initializers that are special cases of VarianceScaling.
  private static let scalings: [String: (scale: Double, mode: String, distribution: String)] = [
    "GlorotUniform": (1, "fan_avg", "uniform"), "GlorotNormal": (1, "fan_avg", "normal"),
    "HeUniform": (2, "fan_in", "uniform"), "HeNormal": (2, "fan_in", "normal"),
    "LecunUniform": (1, "fan_in", "uniform"), "LecunNormal": (1, "fan_in", "normal"),
  ]

  private static func initializer(_ className: String, _ config: JSONObject) -> JSON {
    if let scaling = scalings[className] {
      return [
        "class_name": "VarianceScaling",
        "config": [
          "scale": .double(scaling.scale), "mode": .string(scaling.mode),
          "distribution": .string(scaling.distribution), "seed": nil,
        ],
      ]
    }
    var words = config
    for key in ["input_axes", "output_axes"] { words[key] = nil }
    return ["class_name": .string(className), "config": .object(words)]
  }
}
