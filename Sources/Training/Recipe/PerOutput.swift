import KerasFormat

/// Which outputs values belong to: to all, to each in order, or to those with a name.
private enum PerOutputKind: Sendable { case all, each, named }

/// What a recipe asks of the outputs of a model: the same of all, or something of each.
public struct PerOutput<Value: Sendable & Hashable>: Sendable, Hashable {
  private let kind: PerOutputKind
  /// The outputs' names, where values go by them.
  private let names: [String]
  private let values: [Value?]

  /// The same for every output.
  public static func all(_ value: Value) -> PerOutput {
    PerOutput(kind: .all, names: [], values: [value])
  }

  /// Nothing of any output.
  public static var nothing: PerOutput { PerOutput(kind: .all, names: [], values: [nil]) }

  /// One for each output, in order; nil for nothing.
  public static func each(_ values: [Value?]) -> PerOutput {
    PerOutput(kind: .each, names: [], values: values)
  }

  /// By the outputs' names.
  public static func named(_ values: [String: Value]) -> PerOutput {
    let names = values.keys.sorted()
    return PerOutput(kind: .named, names: names, values: names.map { values[$0] })
  }

  /// The values for the outputs of a model, in order.
  ///
  /// - Parameters:
  ///   - outputs: the outputs' names.
  ///   - key: the key of the recipe, for messages.
  /// - Returns: a value for each output; nil where the recipe has none for it.
  /// - Throws: a sentence when the recipe speaks of other outputs than the model has.
  func values(for outputs: [String], _ key: String) throws(TrainingError) -> [Value?] {
    switch kind {
    case .all: return outputs.map { _ in values[0] }
    case .each:
      guard values.count == outputs.count else {
        throw TrainingError(
          "\(key): there are \(values.count) entries, and the model has \(outputs.count) outputs: "
            + outputs.joined(separator: ", ") + ".", kind: .data)
      }
      return values
    case .named:
      if let name = names.first(where: { !outputs.contains($0) }) {
        throw TrainingError(
          "\(key): the model has no output '\(name)'\(suggestion(for: name, among: outputs))"
            .withStop, kind: .data)
      }
      return outputs.map { output in names.firstIndex(of: output).flatMap { values[$0] } }
    }
  }

  /// The value as it stands in a recipe.
  func tree(_ tree: (Value) -> JSON) -> JSON {
    let trees = values.map { $0.map(tree) ?? .null }
    switch kind {
    case .all: return trees[0]
    case .each: return .array(trees)
    case .named:
      var object = JSONObject()
      for (name, tree) in zip(names, trees) { object[name] = tree }
      return .object(object)
    }
  }
}

extension RecipeReader {
  /// A value for all outputs, or a list or a section with one for each.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - isSingle: whether something is the value for all outputs, not a list or section of values.
  ///   - convert: makes a value, given its place for messages.
  /// - Returns: the values; nothing where the key is missing.
  /// - Throws: what `convert` throws.
  func perOutput<T>(
    _ key: String, isSingle: (JSON) -> Bool, _ convert: (JSON, String) throws(TrainingError) -> T
  ) throws(TrainingError) -> PerOutput<T> {
    guard let found = value(key) else { return .nothing }
    let place = "\(prefix)\(key)"
    if isSingle(found) { return .all(try convert(found, place)) }
    if let list = found.array {
      var values: [T?] = []
      for (index, json) in list.enumerated() {
        values.append(json.isNull ? nil : try convert(json, "\(place).\(index)"))
      }
      return .each(values)
    }
    guard let object = found.object else { return .all(try convert(found, place)) }
    var values: [String: T] = [:]
    for (name, json) in object.pairs { values[name] = try convert(json, "\(place).\(name)") }
    return .named(values)
  }

  /// An error about a place.
  static func failure(at place: String, _ sentence: String) -> TrainingError {
    TrainingError("\(place): \(sentence)".withStop, kind: .data)
  }
}
