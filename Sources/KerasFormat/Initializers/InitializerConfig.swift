import Networks

/// The initializer that a config names: a string, or an object with a class name and options.
///
/// - Returns: the initializer; nil where a file names none that we know, since weights from a file
///   need none.
func initializerValue(
  _ json: JSON, _ source: ConfigSource
) throws(KerasFormatError) -> (any Initializer)? {
  guard !json.isNull else { return nil }
  guard let name = json.string ?? json["class_name"]?.string else {
    throw .expected("the name of an initializer", found: json)
  }
  guard let named = initializer(named: name) else {
    guard source == .recipe else { return nil }
    throw KerasFormatError(
      "unknown initializer '\(name)'\(suggestion(for: name, among: initializerNames))")
  }
  guard let options = json["config"]?.object else { return named }
  let className = type(of: named).className
  guard let row = InitializerTable.rows.first(where: { $0.className == className }) else {
    preconditionFailure("the initializer \(className) has no row in the table")
  }
  // Weights from a file come filled: an option that we do not know cannot matter.
  if source != .recipe { return try? row.read(options, source) }
  return try row.read(options, source)
}

/// An initializer as Keras 3 writes it; null for one that Keras does not have.
func initializerConfig(_ initializer: any Initializer) -> JSON {
  for row in InitializerTable.rows {
    guard let options = row.write(initializer) else { continue }
    return keras(module: "keras.initializers", row.className, options)
  }
  return .null
}

/// An object in the wrapper by which Keras 3 finds its class again.
func keras(module: String, _ className: String, _ config: JSONObject) -> JSON {
  [
    "module": .string(module), "class_name": .string(className), "config": .object(config),
    "registered_name": nil,
  ]
}
