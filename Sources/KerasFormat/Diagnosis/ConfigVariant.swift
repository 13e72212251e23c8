/// The same config with one option of one recurrent layer read otherwise.
struct ConfigVariant {
  /// What the option is, as a part of a sentence.
  let sentence: String
  /// The whole config with that option.
  let config: JSON

  /// All variants of a model's config.
  static func all(of config: JSON) -> [ConfigVariant] { variants(config) }

  private static func variants(_ json: JSON) -> [ConfigVariant] {
    var found: [ConfigVariant] = []
    switch json {
    case .array(let items):
      for (index, item) in items.enumerated() {
        found += variants(item).map { variant in
          var copy = items
          copy[index] = variant.config
          return ConfigVariant(sentence: variant.sentence, config: .array(copy))
        }
      }
    case .object(let object):
      found += options(of: object)
      for (key, value) in object.pairs {
        found += variants(value).map { variant in
          var copy = object
          copy[key] = variant.config
          return ConfigVariant(sentence: variant.sentence, config: .object(copy))
        }
      }
    default: break
    }
    return found
  }

  /// The options that decide numbers without deciding a shape.
  private static func options(of wrapper: JSONObject) -> [ConfigVariant] {
    guard let className = wrapper["class_name"]?.string, let config = wrapper["config"]?.object,
      ["LSTM", "GRU", "LSTMCell", "GRUCell"].contains(className)
    else { return [] }
    let name = config["name"]?.string ?? className
    let now = config["recurrent_activation"]?.string ?? "sigmoid"
    var values = ["sigmoid", "hard_sigmoid", "hard_sigmoid_legacy"].filter { $0 != now }.map {
      ("recurrent_activation", JSON.string($0), words[$0] ?? $0)
    }
    if className.hasPrefix("GRU") {
      let isAfter = config["reset_after"]?.bool ?? true
      values.append(("reset_after", .bool(!isAfter), "\(!isAfter)"))
    }
    return values.map { key, value, text in
      var (changed, copy) = (config, wrapper)
      changed[key] = value
      copy["config"] = .object(changed)
      return ConfigVariant(
        sentence: "'\(name)' was trained with \(key) = \(text), and the config says otherwise",
        config: .object(copy))
    }
  }

  private static let words = [
    "hard_sigmoid": "hard_sigmoid of Keras 3 (x/6 + 0.5)",
    "hard_sigmoid_legacy": "hard_sigmoid of Keras 1 and 2 (0.2·x + 0.5)",
  ]
}
