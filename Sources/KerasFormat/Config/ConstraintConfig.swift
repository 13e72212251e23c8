import Networks

/// The constraint that a config names, in the words of any generation of Keras; nil for null.
func constraintValue(_ json: JSON) throws(KerasFormatError) -> Constraint? {
  guard !json.isNull else { return nil }
  guard let object = KerasObject(json) else { throw .expected("a constraint", found: json) }
  switch object.plainName {
  case "maxnorm":
    try object.allow(["max_value", "m", "axis"])
    // Keras 1 called it m.
    let largest = try object.number("max_value", default: object.number("m", default: 2))
    return .maxNorm(maxValue: largest, axis: try axis(of: object))
  case "nonneg":
    try object.allow([])
    return .nonNegative
  case "unitnorm":
    try object.allow(["axis"])
    return .unitNorm(axis: try axis(of: object))
  case "minmaxnorm":
    try object.allow(["min_value", "max_value", "rate", "axis"])
    return .minMaxNorm(
      minValue: try object.number("min_value", default: 0),
      maxValue: try object.number("max_value", default: 1),
      rate: try object.number("rate", default: 1), axis: try axis(of: object))
  default:
    throw KerasFormatError(
      "the constraint '\(object.className)' is not supported, only MaxNorm, NonNeg, UnitNorm and "
        + "MinMaxNorm")
  }
}

/// The axes of a norm: one number or a list.
private func axis(of object: KerasObject) throws(KerasFormatError) -> [Int] {
  guard let json = object.options["axis"], !json.isNull else { return [0] }
  let axes = json.int.map { [$0] } ?? json.array?.compactMap(\.int) ?? []
  guard !axes.isEmpty, axes.count == json.array?.count ?? 1,
    axes.allSatisfy({ abs($0) <= SizeLimits.rank })
  else {
    throw KerasFormatError("option 'axis' of \(object.className): \(json.excerpt) names no axes")
  }
  return axes
}

/// A constraint as Keras 3 writes it; null for none.
func constraintConfig(_ constraint: Constraint?) -> JSON {
  var options = JSONObject()
  let className: String
  switch constraint {
  case nil:
    return .null
  case .maxNorm(let largest, let axis):
    className = "MaxNorm"
    options["max_value"] = .double(largest)
    options["axis"] = axisConfig(axis)
  case .nonNegative:
    className = "NonNeg"
  case .unitNorm(let axis):
    className = "UnitNorm"
    options["axis"] = axisConfig(axis)
  case .minMaxNorm(let smallest, let largest, let rate, let axis):
    className = "MinMaxNorm"
    options["min_value"] = .double(smallest)
    options["max_value"] = .double(largest)
    options["rate"] = .double(rate)
    options["axis"] = axisConfig(axis)
  }
  return keras(module: "keras.constraints", className, options)
}

private func axisConfig(_ axis: [Int]) -> JSON {
  axis.count == 1 ? .int(axis[0]) : .array(axis.map(JSON.int))
}

extension ConfigOption {
  /// What a parameter is brought back to after every update.
  static func constraint(_ key: String, _ path: Property<Constraint?>) -> ConfigOption {
    ConfigOption(
      key: key, write: { constraintConfig($0[keyPath: path]) },
      read: { subject, json, _ throws(KerasFormatError) in
        subject[keyPath: path] = try constraintValue(json)
      })
  }
}
