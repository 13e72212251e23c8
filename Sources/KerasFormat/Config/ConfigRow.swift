/// One row of a table: a class of Keras, what it is here, and its options both ways.
struct ConfigRow<Base>: Sendable {
  /// Keras's name of the class.
  let className: String
  /// What the class is called in sentences: `layer`, `initializer`.
  let kind: String
  /// The keys that change anything.
  let keys: [String]
  /// The config of Keras 3's defaults; made when asked for, since a layer around another looks
  /// into the table that it stands in.
  var defaults: JSONObject { makeDefaults() }
  private let makeDefaults: @Sendable () -> JSONObject
  private let reader: @Sendable (JSONObject, ConfigSource) throws(KerasFormatError) -> Base
  private let writer: @Sendable (Base) throws(KerasFormatError) -> JSONObject?

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
    writer = { base throws(KerasFormatError) in
      guard let subject = base as? Subject else { return nil }
      return try Self.config(of: subject, options)
    }
    // A blank has nothing that could not be written.
    makeDefaults = { (try? Self.config(of: blank(.recipe), options)) ?? JSONObject() }
  }

  /// The value that a config describes.
  func read(_ config: JSONObject, _ source: ConfigSource) throws(KerasFormatError) -> Base {
    try reader(config, source)
  }

  /// The config of a value; nil if it is of another class.
  func write(_ value: Base) -> JSONObject? {
    do { return try writer(value) } catch { return nil }
  }

  /// The config of a value that may hold what Keras does not have; nil if it is of another class.
  func config(of value: Base) throws(KerasFormatError) -> JSONObject? { try writer(value) }

  private static func config<Subject>(
    of subject: Subject, _ options: [ConfigOption<Subject>]
  ) throws(KerasFormatError) -> JSONObject {
    var config = JSONObject()
    for option in options {
      guard let write = option.write else { continue }
      config[option.key] = try write(subject)
    }
    return config
  }
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
    var seen: Set<String> = []
    for (key, value) in config.pairs {
      guard let option = option(key, source) else { throw unknown(key) }
      seen.insert(option.key)
      do {
        try option.read(&subject, value, source)
      } catch {
        throw KerasFormatError("option '\(key)' of \(className): \(error.description)")
      }
    }
    for option in options where option.isRequired && !seen.contains(option.key) {
      throw KerasFormatError("the \(kind) \(className) needs the option '\(option.key)'")
    }
    return subject
  }

  /// The option that a key stands for; Keras 3 and recipes have its present name alone.
  private func option(_ key: String, _ source: ConfigSource) -> ConfigOption<Subject>? {
    if let option = options.first(where: { $0.key == key }) { return option }
    guard source.generation != .keras3 else { return nil }
    return options.first { $0.formerKeys.contains(key) }
  }

  private func unknown(_ key: String) -> KerasFormatError {
    let keys = options.filter(\.isEffective).map(\.key)
    return KerasFormatError(
      "unknown option '\(key)' of \(className)\(suggestion(for: key, among: keys))")
  }
}
