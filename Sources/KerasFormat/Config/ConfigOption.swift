import Networks

/// One key of a config and the property that it stands for, read and written by the same line.
struct ConfigOption<Subject>: Sendable {
  typealias Reader =
    @Sendable (inout Subject, JSON, ConfigSource) throws(KerasFormatError) -> Void
  typealias Writer = @Sendable (Subject) throws(KerasFormatError) -> JSON

  /// Keras's key.
  let key: String
  /// Whether a config without the key makes no sense.
  var isRequired = false
  /// Whether the key changes anything, so that a recipe may use it.
  var isEffective = true
  /// What earlier generations of Keras called the key.
  var formerKeys: [String] = []
  /// The value that is written; nil where the key is only read.
  let write: Writer?
  /// Sets the property, or throws what was expected and found.
  let read: Reader

  /// The same option, which must not be missing.
  func required() -> ConfigOption {
    var option = self
    option.isRequired = true
    return option
  }

  /// The same option, which files of Keras 1 and 2 may have under other keys.
  func formerly(_ keys: String...) -> ConfigOption {
    var option = self
    option.formerKeys = keys
    return option
  }
}

extension ConfigOption {
  typealias Property<Value> = WritableKeyPath<Subject, Value> & Sendable

  static func name(_ path: Property<String?>) -> ConfigOption {
    ConfigOption(key: "name", write: nil) { subject, json, _ throws(KerasFormatError) in
      guard let name = json.string, !name.isEmpty else { throw .expected("a name", found: json) }
      subject[keyPath: path] = name
    }
  }

  static func flag(_ key: String, _ path: Property<Bool>) -> ConfigOption {
    ConfigOption(
      key: key, write: { .bool($0[keyPath: path]) },
      read: { subject, json, _ throws(KerasFormatError) in
        guard let value = json.bool else { throw .expected("true or false", found: json) }
        subject[keyPath: path] = value
      })
  }

  /// A size: bounded, so that no product of sizes overflows before it is checked.
  static func size(_ key: String, _ path: Property<Int>) -> ConfigOption {
    ConfigOption(
      key: key, write: { .int($0[keyPath: path]) },
      read: { subject, json, _ throws(KerasFormatError) in
        guard let value = json.int, (1...SizeLimits.extent).contains(value) else {
          throw .expected("a whole number from 1 to \(SizeLimits.extent)", found: json)
        }
        subject[keyPath: path] = value
      })
  }

  static func number(_ key: String, _ path: Property<Double>) -> ConfigOption {
    ConfigOption(
      key: key, write: { .double($0[keyPath: path]) },
      read: { subject, json, _ throws(KerasFormatError) in
        guard let value = json.double, value.isFinite else {
          throw .expected("a finite number", found: json)
        }
        subject[keyPath: path] = value
      })
  }

  /// A share of numbers that are dropped.
  static func rate(_ key: String, _ path: Property<Double>) -> ConfigOption {
    ConfigOption(
      key: key, write: { .double($0[keyPath: path]) },
      read: { subject, json, _ throws(KerasFormatError) in
        guard let value = json.double, value >= 0, value < 1 else {
          throw .expected("a number from 0 up to but not including 1", found: json)
        }
        subject[keyPath: path] = value
      })
  }

  static func activation(_ key: String, _ path: Property<Activation>) -> ConfigOption {
    ConfigOption(
      key: key, write: { activationConfig($0[keyPath: path]) },
      read: { subject, json, source throws(KerasFormatError) in
        subject[keyPath: path] = try activationValue(json, source)
      })
  }

  static func initializer(_ key: String, _ path: Property<any Initializer>) -> ConfigOption {
    ConfigOption(
      key: key, write: { initializerConfig($0[keyPath: path]) },
      read: { subject, json, source throws(KerasFormatError) in
        guard let value = try initializerValue(json, source) else { return }
        subject[keyPath: path] = value
      })
  }

  /// A key with one value that we support; others are refused because they change results.
  static func only(_ key: String, _ value: JSON) -> ConfigOption {
    ConfigOption(
      key: key, isEffective: false, write: { _ in value },
      read: { _, json, _ throws(KerasFormatError) in
        guard json == value || json.isNull else {
          throw KerasFormatError("\(json.excerpt) is not supported, only \(value)")
        }
      })
  }

  /// A key without effect on our results: written with Keras's default, and skipped in files.
  static func idle(_ key: String, _ value: JSON) -> ConfigOption {
    ConfigOption(key: key, isEffective: false, write: { _ in value }, read: skip(value))
  }

  /// A key that Keras 3.0 does not know or no longer writes, without effect on our results.
  static func unwritten(_ key: String, _ value: JSON = .null) -> ConfigOption {
    ConfigOption(key: key, isEffective: false, write: nil, read: skip(value))
  }

  /// A key that is never written, and refused where its value would change results.
  static func unwrittenOnly(_ key: String, _ value: JSON) -> ConfigOption {
    ConfigOption(key: key, isEffective: false, write: nil, read: only(key, value).read)
  }

  private static func skip(_ value: JSON) -> Reader {
    { _, json, source throws(KerasFormatError) in
      guard source == .recipe, json != value, !json.isNull else { return }
      throw KerasFormatError("it has no effect here; leave it out")
    }
  }
}

extension KerasFormatError {
  static func expected(_ expected: String, found: JSON) -> KerasFormatError {
    KerasFormatError("expected \(expected), found \(found.excerpt)")
  }
}

extension JSON {
  /// The value for an error sentence, shortened.
  var excerpt: String {
    let text = description
    return text.count <= 60 ? text : text.prefix(57) + "…"
  }
}
