import Networks

/// The penalty that a config names, in the words of any generation of Keras; nil for null.
func regularizerValue(_ json: JSON) throws(KerasFormatError) -> Regularizer? {
  guard !json.isNull else { return nil }
  guard let object = KerasObject(json) else {
    throw .expected("a regularizer", found: json)
  }
  let standard = 0.01
  switch object.plainName {
  case "l1":
    try object.allow(["l1", "l"])
    return Regularizer(l1: try object.number("l1", default: object.number("l", default: standard)))
  case "l2":
    try object.allow(["l2", "l"])
    return Regularizer(l2: try object.number("l2", default: object.number("l", default: standard)))
  case "l1l2", "l1l2regularizer", "weightregularizer":
    try object.allow(["l1", "l2"])
    // A bare name means Keras's defaults; an object without a factor means zero.
    let missing = object.options.keys.isEmpty ? standard : 0
    return Regularizer(
      l1: try object.number("l1", default: missing), l2: try object.number("l2", default: missing))
  default:
    throw KerasFormatError(
      "the regularizer '\(object.className)' is not supported, only L1, L2 and L1L2")
  }
}

/// A penalty as Keras 3 writes it; null for none.
func regularizerConfig(_ regularizer: Regularizer?) -> JSON {
  guard let regularizer else { return .null }
  var options = JSONObject()
  if regularizer.l1 != 0 || regularizer.l2 == 0 { options["l1"] = .double(regularizer.l1) }
  if regularizer.l2 != 0 { options["l2"] = .double(regularizer.l2) }
  let className = options.keys.map { $0.uppercased() }.joined()
  return keras(module: "keras.regularizers", className, options)
}

extension ConfigOption {
  /// A penalty on the size of a parameter.
  static func regularizer(_ key: String, _ path: Property<Regularizer?>) -> ConfigOption {
    ConfigOption(
      key: key, write: { regularizerConfig($0[keyPath: path]) },
      read: { subject, json, _ throws(KerasFormatError) in
        subject[keyPath: path] = try regularizerValue(json)
      })
  }
}
