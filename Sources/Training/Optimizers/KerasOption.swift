import KerasFormat

/// One option of a class of Keras and the property that it stands for, read from recipes and
/// written to recipes and Keras's configs by the same line.
struct KerasOption<Subject>: Sendable {
  typealias Property<Value> = WritableKeyPath<Subject, Value> & Sendable

  /// Keras's key.
  let key: String
  /// Whether Keras 3 has the key too: what is ours stands in recipes only.
  var isKeras = true
  /// The value of the property.
  let write: @Sendable (Subject) -> JSON
  /// Sets the property where a recipe has the key, or throws what was expected and found.
  let read: @Sendable (inout Subject, RecipeReader) throws(TrainingError) -> Void
}

extension KerasOption {
  static func number(_ key: String, _ path: Property<Double>) -> KerasOption {
    KerasOption(key: key, write: { .double($0[keyPath: path]) }) {
      subject, options throws(TrainingError) in
      subject[keyPath: path] = try options.number(key, subject[keyPath: path])
    }
  }

  static func optional(_ key: String, _ path: Property<Double?>) -> KerasOption {
    KerasOption(key: key, write: { $0[keyPath: path].map(JSON.double) ?? .null }) {
      subject, options throws(TrainingError) in
      subject[keyPath: path] = try options.number(key) ?? subject[keyPath: path]
    }
  }

  static func flag(_ key: String, _ path: Property<Bool>) -> KerasOption {
    KerasOption(key: key, write: { .bool($0[keyPath: path]) }) {
      subject, options throws(TrainingError) in
      subject[keyPath: path] = try options.flag(key, subject[keyPath: path])
    }
  }

  static func count(_ key: String, least: Int = 0, _ path: Property<Int>) -> KerasOption {
    KerasOption(key: key, write: { .int($0[keyPath: path]) }) {
      subject, options throws(TrainingError) in
      subject[keyPath: path] = try options.count(key, least: least) ?? subject[keyPath: path]
    }
  }

  static func numbers(_ key: String, _ path: Property<[Double]>) -> KerasOption {
    KerasOption(key: key, write: { .array($0[keyPath: path].map(JSON.double)) }) {
      subject, options throws(TrainingError) in
      subject[keyPath: path] = try options.list(key, "numbers") { $0.double }
    }
  }

  static func counts(_ key: String, _ path: Property<[Int]>) -> KerasOption {
    KerasOption(key: key, write: { .array($0[keyPath: path].map(JSON.int)) }) {
      subject, options throws(TrainingError) in
      subject[keyPath: path] = try options.list(key, "whole numbers") { $0.int }
    }
  }

  /// The same option as one of ours.
  func ours() -> KerasOption {
    var option = self
    option.isKeras = false
    return option
  }

  /// The same option, which a recipe must not leave out.
  func required(_ expected: String = "a number") -> KerasOption {
    let (key, read) = (key, read)
    return KerasOption(key: key, write: write) { subject, options throws(TrainingError) in
      guard options.value(key) != nil else {
        throw options.failure(key, "it is missing; expected \(expected)")
      }
      try read(&subject, options)
    }
  }
}

/// One row of a table: the options of one class, both ways.
struct KerasRow<Base>: Sendable {
  /// Sets what a recipe says on a value; nil if the value is of another class.
  let read: @Sendable (Base, RecipeReader) throws(TrainingError) -> Base?
  /// The options of a value, in Keras's order; nil if the value is of another class.
  let write: @Sendable (Base) -> [(String, JSON)]?
  /// The keys that Keras 3 does not have.
  let ours: Set<String>

  /// Ties a class to its options.
  init<Subject>(
    _ options: [KerasOption<Subject>], upcast: @escaping @Sendable (Subject) -> Base
  ) {
    read = { base, reader throws(TrainingError) in
      guard var subject = base as? Subject else { return nil }
      for option in options { try option.read(&subject, reader) }
      return upcast(subject)
    }
    ours = Set(options.filter { !$0.isKeras }.map(\.key))
    write = { base in
      (base as? Subject).map { subject in options.map { ($0.key, $0.write(subject)) } }
    }
  }
}

extension [KerasRow<any Optimizer>] {
  /// The options of an optimizer that only its class has.
  func options(of optimizer: any Optimizer, areKeras: Bool = false) -> [(String, JSON)] {
    for row in self {
      guard let options = row.write(optimizer) else { continue }
      return areKeras ? options.filter { !row.ours.contains($0.0) } : options
    }
    preconditionFailure("the optimizer \(optimizer.name) has no row in the table")
  }
}
