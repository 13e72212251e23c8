import Networks

/// The activation that a config names: a string, a function object, or null for none.
func activationValue(_ json: JSON, _ source: ConfigSource) throws(KerasFormatError) -> Activation {
  guard !json.isNull else { return .linear }
  guard let name = activationName(json) else {
    throw .expected("the name of an activation", found: json)
  }
  if name == "hard_sigmoid", source.generation != .keras3 { return .hardSigmoidLegacy }
  guard let activation = Activation(rawValue: name) else {
    let names = Activation.allCases.map(\.rawValue)
    throw KerasFormatError("unknown activation '\(name)'\(suggestion(for: name, among: names))")
  }
  return activation
}

/// The name in `"tanh"`, in `{"class_name": "function", "config": "tanh"}`, or in a layer object
/// such as `{"class_name": "Softmax", "config": {}}`, which is one only without options.
private func activationName(_ json: JSON) -> String? {
  if let name = json.string { return name }
  guard let className = json["class_name"]?.string else { return nil }
  if className == "function" || json["config"]?.string != nil { return json["config"]?.string }
  let common = ["name", "trainable", "dtype"]
  let isPlain = json["config"]?.object?.keys.allSatisfy(common.contains) ?? true
  return isPlain ? snakeCase(className) : nil
}
