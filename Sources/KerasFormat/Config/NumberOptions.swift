// Options that are numbers or lists of them, as layers around recurrent ones have.

extension ConfigOption {
  /// An axis, which Keras 2 may also write as a list of one.
  static func axis(_ key: String, _ path: Property<Int>) -> ConfigOption {
    ConfigOption(
      key: key, write: { .int($0[keyPath: path]) },
      read: { subject, json, _ throws(KerasFormatError) in
        let axes = try wholeNumbers(json, -SizeLimits.rank...SizeLimits.rank)
        guard axes.count == 1 else { throw .expected("one axis", found: json) }
        subject[keyPath: path] = axes[0]
      })
  }

  /// Axes, or an axis alone.
  static func axes(_ key: String, _ path: Property<[Int]>) -> ConfigOption {
    ConfigOption(
      key: key, write: { .array($0[keyPath: path].map(JSON.int)) },
      read: { subject, json, _ throws(KerasFormatError) in
        subject[keyPath: path] = try wholeNumbers(json, -SizeLimits.rank...SizeLimits.rank)
      })
  }

  /// Axes that may be missing: null for none.
  static func axesIfAny(_ key: String, _ path: Property<[Int]>) -> ConfigOption {
    ConfigOption(
      key: key,
      write: {
        let axes = $0[keyPath: path]
        return axes.isEmpty ? .null : .array(axes.map(JSON.int))
      },
      read: { subject, json, _ throws(KerasFormatError) in
        let limit = SizeLimits.rank
        subject[keyPath: path] = json.isNull ? [] : try wholeNumbers(json, -limit...limit)
      })
  }

  /// A number of steps, which Keras writes as a list of one.
  static func steps(_ key: String, _ path: Property<Int>) -> ConfigOption {
    ConfigOption(
      key: key, write: { .array([.int($0[keyPath: path])]) },
      read: { subject, json, _ throws(KerasFormatError) in
        let counts = try wholeNumbers(json, 1...SizeLimits.extent)
        guard counts.count == 1 else { throw .expected("one number of steps", found: json) }
        subject[keyPath: path] = counts[0]
      })
  }

  /// A number of steps that may be null.
  static func stepsIfAny(_ key: String, _ path: Property<Int?>) -> ConfigOption {
    ConfigOption(
      key: key, write: { $0[keyPath: path].map { .array([.int($0)]) } ?? .null },
      read: { subject, json, _ throws(KerasFormatError) in
        guard !json.isNull else { return subject[keyPath: path] = nil }
        let counts = try wholeNumbers(json, 1...SizeLimits.extent)
        guard counts.count == 1 else { throw .expected("one number of steps", found: json) }
        subject[keyPath: path] = counts[0]
      })
  }

  /// Two numbers of steps, or one that stands for both.
  static func ends(_ key: String, _ path: Property<[Int]>) -> ConfigOption {
    ConfigOption(
      key: key, write: { .array($0[keyPath: path].map(JSON.int)) },
      read: { subject, json, _ throws(KerasFormatError) in
        let ends = try wholeNumbers(json, 0...SizeLimits.extent)
        guard ends.count == 2 || json.int != nil else {
          throw .expected("two numbers of steps", found: json)
        }
        subject[keyPath: path] = ends.count == 2 ? ends : [ends[0], ends[0]]
      })
  }

  /// The extents of a sample, -1 for one that is left open.
  static func extents(_ key: String, _ path: Property<[Int]>) -> ConfigOption {
    ConfigOption(
      key: key, write: { .array($0[keyPath: path].map(JSON.int)) },
      read: { subject, json, _ throws(KerasFormatError) in
        let extents = try wholeNumbers(json, -1...SizeLimits.extent)
        guard extents.count <= SizeLimits.rank else {
          throw .expected("at most \(SizeLimits.rank) sizes", found: json)
        }
        subject[keyPath: path] = extents
      })
  }

  /// A finite number that may be null.
  static func numberIfAny(_ key: String, _ path: Property<Double?>) -> ConfigOption {
    ConfigOption(
      key: key, write: { $0[keyPath: path].map(JSON.double) ?? .null },
      read: { subject, json, _ throws(KerasFormatError) in
        subject[keyPath: path] = json.isNull ? nil : try finite(json)
      })
  }

  /// A finite number, which archives of Keras 2 may hold as an array of NumPy.
  static func scalar(_ key: String, _ path: Property<Double>) -> ConfigOption {
    ConfigOption(
      key: key, write: { .double($0[keyPath: path]) },
      read: { subject, json, _ throws(KerasFormatError) in
        subject[keyPath: path] = try finite(json)
      })
  }

  /// One of several words.
  static func word<Value: RawRepresentable & CaseIterable & SendableMetatype>(
    _ key: String, _ path: Property<Value>
  ) -> ConfigOption where Value.RawValue == String {
    ConfigOption(
      key: key, write: { .string($0[keyPath: path].rawValue) },
      read: { subject, json, _ throws(KerasFormatError) in
        guard let value = json.string.flatMap({ Value(rawValue: $0.lowercased()) }) else {
          let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
          throw .expected("one of \(words)", found: json)
        }
        subject[keyPath: path] = value
      })
  }
}

/// A finite number, plain or as `{"class_name": "__numpy__", "config": {"value": 6.0}}`.
private func finite(_ json: JSON) throws(KerasFormatError) -> Double {
  let inside = json["class_name"] == "__numpy__" ? json["config"]?["value"] : json
  guard let value = inside?.double, value.isFinite else {
    throw .expected("a finite number", found: json)
  }
  return value
}

/// Whole numbers of a list, or one alone, all inside of a range.
private func wholeNumbers(_ json: JSON, _ range: ClosedRange<Int>) throws(KerasFormatError) -> [Int]
{
  let items = json.array ?? [json]
  let numbers = items.compactMap(\.int)
  guard !items.isEmpty, numbers.count == items.count, numbers.allSatisfy(range.contains) else {
    throw .expected(
      "whole numbers from \(range.lowerBound) to \(range.upperBound)", found: json)
  }
  return numbers
}
