import Networks

/// The activation that a config names: a string, a function object, a layer object, or null for none.
func activationValue(_ json: JSON, _ source: ConfigSource) throws(KerasFormatError) -> Activation {
  guard !json.isNull else { return .linear }
  if let name = activationName(json) { return try activation(named: name, source) }
  guard let className = json["class_name"]?.string else {
    throw .expected("the name of an activation", found: json)
  }
  let options = json["config"]?.object ?? JSONObject()
  let common = ["name", "trainable", "dtype"]
  if let row = ActivationTable.rows.first(where: { $0.className == className }) {
    return try row.read(options.without(common), source).activation
  }
  // A layer object such as `{"class_name": "Softmax", "config": {}}` names a function by its class,
  // as long as it has no options.
  guard options.keys.allSatisfy(common.contains) else {
    throw KerasFormatError("the layer \(json.excerpt) is not supported as an activation")
  }
  return try activation(named: snakeCase(className), source)
}

/// An activation as Keras 3 writes it: the name of a function, or a layer object where it has
/// parameters.
func activationConfig(_ activation: Activation) -> JSON {
  guard let layer = ActivationTable.layer(activation) else { return .string(activation.name) }
  for row in ActivationTable.rows {
    if let options = row.write(layer) {
      return keras(module: "keras.layers", row.className, options)
    }
  }
  preconditionFailure("\(layer) is in no row of the table")
}

private func activation(
  named name: String, _ source: ConfigSource
) throws(KerasFormatError) -> Activation {
  if name == "hard_sigmoid", source.generation != .keras3 { return .hardSigmoidLegacy }
  guard let activation = Activation(named: name) else {
    let names = Activation.named.map(\.name)
    throw KerasFormatError("unknown activation '\(name)'\(suggestion(for: name, among: names))")
  }
  return activation
}

/// The name in `"tanh"` or in `{"class_name": "function", "config": "tanh"}`.
private func activationName(_ json: JSON) -> String? {
  json.string ?? json["config"]?.string
}
