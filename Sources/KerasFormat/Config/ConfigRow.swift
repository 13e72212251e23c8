/// One row of a table: a class of Keras, what it is here, and its options both ways.
struct ConfigRow<Base>: Sendable {
  /// Keras's name of the class.
  let className: String
  /// What the class is called in sentences: `layer`, `initializer`.
  let kind: String
  /// The keys that change anything.
  let keys: [String]
  /// The config of Keras 3's defaults.
  let defaults: JSONObject
  private let reader: @Sendable (JSONObject, ConfigSource) throws(KerasFormatError) -> Base
  private let writer: @Sendable (Base) -> JSONObject?

  /// Ties a class to a type.
  ///
  /// - Parameters:
  ///   - className: Keras's name of the class.
  ///   - kind: what to call such a thing in sentences.
  ///   - options: every key, in Keras's order.
  ///   - upcast: makes the value one of the table.
  ///   - blank: the value with the defaults of a generation of Keras.
  init<Subject>(
    _ className: String, kind: String, options: [ConfigOption<Subject>],
    upcast: @escaping @Sendable (Subject) -> Base,
    blank: @escaping @Sendable (ConfigSource) -> Subject
  ) {
    self.className = className
    self.kind = kind
    keys = options.filter(\.isEffective).map(\.key)
    let reading = ConfigReading(className: className, kind: kind, options: options)
    reader = { config, source throws(KerasFormatError) in
      upcast(try reading.read(config, source, into: blank(source)))
    }
    let write: @Sendable (Subject) -> JSONObject = { subject in
      var config = JSONObject()
      for option in options { config[option.key] = option.write?(subject) }
      return config
    }
    writer = { ($0 as? Subject).map(write) }
    defaults = write(blank(.recipe))
  }

  /// The value that a config describes.
  func read(_ config: JSONObject, _ source: ConfigSource) throws(KerasFormatError) -> Base {
    try reader(config, source)
  }

  /// The config of a value; nil if it is of another class.
  func write(_ value: Base) -> JSONObject? { writer(value) }
}

/// Reads one config key by key.
private struct ConfigReading<Subject>: Sendable {
  let className: String
  let kind: String
  let options: [ConfigOption<Subject>]

  func read(
    _ config: JSONObject, _ source: ConfigSource, into blank: Subject
  ) throws(KerasFormatError) -> Subject {
    var subject = blank
    for (key, value) in config.pairs {
      guard let option = options.first(where: { $0.key == key }) else { throw unknown(key) }
      do {
        try option.read(&subject, value, source)
      } catch {
        throw KerasFormatError("option '\(key)' of \(className): \(error.description)")
      }
    }
    for option in options where option.isRequired && config[option.key] == nil {
      throw KerasFormatError("the \(kind) \(className) needs the option '\(option.key)'")
    }
    return subject
  }

  private func unknown(_ key: String) -> KerasFormatError {
    let keys = options.filter(\.isEffective).map(\.key)
    return KerasFormatError(
      "unknown option '\(key)' of \(className)\(suggestion(for: key, among: keys))")
  }
}
