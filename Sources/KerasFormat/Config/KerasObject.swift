/// An object that a config names: by its class alone, with options, or as Keras 1 did, flat.
struct KerasObject {
  /// The class or function, in the words of whoever wrote it.
  let className: String
  /// Its options.
  let options: JSONObject

  /// Reads `"l2"`, `{"class_name": "L2", "config": {"l2": 0.1}}` or `{"name": "L1L2Regularizer",
  /// "l1": 0.0, "l2": 0.1}`; nil where it is none of these.
  init?(_ json: JSON) {
    if let name = json.string {
      (className, options) = (name, JSONObject())
    } else if let name = json["class_name"]?.string {
      (className, options) = (name, json["config"]?.object ?? JSONObject())
    } else if var flat = json.object, let name = flat["name"]?.string {
      flat["name"] = nil
      (className, options) = (name, flat)
    } else {
      return nil
    }
  }

  /// The class without capitals and underscores, which the generations of Keras set differently.
  var plainName: String { className.lowercased().filter { $0 != "_" } }

  /// A finite number among the options.
  func number(_ key: String, default standard: Double) throws(KerasFormatError) -> Double {
    guard let json = options[key], !json.isNull else { return standard }
    guard let value = json.double, value.isFinite else {
      throw KerasFormatError("option '\(key)' of \(className): expected a finite number")
    }
    return value
  }

  /// Checks that there are no options but these.
  func allow(_ keys: [String]) throws(KerasFormatError) {
    for key in options.keys where !keys.contains(key) {
      throw KerasFormatError("unknown option '\(key)' of \(className)")
    }
  }
}
