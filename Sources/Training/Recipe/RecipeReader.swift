import KerasFormat

/// One section of a recipe: typed access to its keys, which it remembers, so that at the end every
/// key that nobody asked for is known to be a mistake.
final class RecipeReader {
  /// The keys above this section, with a dot at the end; empty at the top.
  let prefix: String
  private let object: JSONObject
  private var known: [String] = []

  /// A section; null is an empty one.
  init(_ tree: JSON, at prefix: String) throws(TrainingError) {
    self.prefix = prefix
    guard !tree.isNull else {
      object = JSONObject()
      return
    }
    guard let object = tree.object else {
      let place = prefix.isEmpty ? "" : " at \(prefix.dropLast())"
      throw TrainingError(
        "expected a section of keys and values\(place), found \(tree.short).", kind: .data)
    }
    self.object = object
  }

  /// The value of a key; nil where it is missing or null.
  func value(_ key: String) -> JSON? {
    if !known.contains(key) { known.append(key) }
    guard let value = object[key], !value.isNull else { return nil }
    return value
  }

  /// The value of a key as a type of ours.
  func value<T>(
    _ key: String, _ expected: String, _ convert: (JSON) -> T?
  ) throws(TrainingError) -> T? {
    guard let found = value(key) else { return nil }
    if let value = convert(found) { return value }
    throw failure(key, "expected \(expected), found \(found.short)")
  }

  /// Refuses every key that nobody asked for.
  func finish() throws(TrainingError) {
    guard let key = object.keys.first(where: { !known.contains($0) }) else { return }
    let end = suggestion(for: key, among: known)
    let stop = end.hasSuffix(".") || end.hasSuffix("?") ? "" : "."
    throw TrainingError("unknown key '\(prefix)\(key)'\(end)\(stop)", kind: .data)
  }

  /// An error about the value of a key.
  func failure(_ key: String, _ sentence: String) -> TrainingError {
    let stop = sentence.hasSuffix(".") || sentence.hasSuffix("?") ? "" : "."
    return TrainingError("\(prefix)\(key): \(sentence)\(stop)", kind: .data)
  }

  // MARK: Types

  func text(_ key: String) throws(TrainingError) -> String? {
    try value(key, "a text") { $0.string.flatMap { $0.isEmpty ? nil : $0 } }
  }

  func requiredText(_ key: String, _ meaning: String) throws(TrainingError) -> String {
    if let text = try text(key) { return text }
    throw TrainingError("the key '\(prefix)\(key)' is missing; it names \(meaning).", kind: .data)
  }

  func flag(_ key: String, _ usual: Bool) throws(TrainingError) -> Bool {
    try value(key, "true or false") { $0.bool } ?? usual
  }

  /// A whole number from `least` on.
  func count(_ key: String, least: Int = 0) throws(TrainingError) -> Int? {
    try value(key, "a whole number from \(least) on") { json in
      json.int.flatMap { $0 >= least && $0 <= 1 << 53 ? $0 : nil }
    }
  }

  func number(_ key: String) throws(TrainingError) -> Double? {
    try value(key, "a number") { json in json.double.flatMap { $0.isFinite ? $0 : nil } }
  }

  func number(_ key: String, _ usual: Double) throws(TrainingError) -> Double {
    try number(key) ?? usual
  }

  /// A list with at least one element, all of one type.
  func list<T>(
    _ key: String, _ elements: String, _ convert: (JSON) -> T?
  ) throws(TrainingError) -> [T] {
    let found = value(key)
    let values = found?.array?.compactMap(convert) ?? []
    if !values.isEmpty, values.count == found?.array?.count { return values }
    throw failure(key, "expected a list of \(elements), found \(found?.short ?? "nothing")")
  }

  /// One of several words.
  func choice<T: RawRepresentable & CaseIterable>(
    _ key: String, _ usual: T
  ) throws(TrainingError) -> T where T.RawValue == String {
    guard let found = value(key) else { return usual }
    if let value = found.string.flatMap(T.init(rawValue:)) { return value }
    let words = T.allCases.map(\.rawValue)
    guard let word = found.string, let near = nearestName(to: word, among: words) else {
      throw failure(key, "expected \(words.joined(separator: ", ")), found \(found.short)")
    }
    throw failure(key, "unknown choice '\(word)'; did you mean '\(near)'?")
  }

  /// A section below this one; an empty one where it is missing.
  func section(_ key: String, isRequired: Bool = false) throws(TrainingError) -> RecipeReader {
    let found = value(key)
    if isRequired, found == nil {
      throw TrainingError("the section '\(prefix)\(key)' is missing.", kind: .data)
    }
    return try RecipeReader(found ?? .null, at: "\(prefix)\(key).")
  }

  /// A section below this one; nil where it is missing.
  func optionalSection(_ key: String) throws(TrainingError) -> RecipeReader? {
    // An empty section is there: `early_stopping:` alone asks for the defaults.
    if !known.contains(key) { known.append(key) }
    guard let found = object[key], found != false else { return nil }
    return try RecipeReader(found, at: "\(prefix)\(key).")
  }

  /// A name alone, or one key with options: `adam`, or `Adam: {learning_rate: 0.01}`.
  func named(_ key: String) throws(TrainingError) -> (name: String, options: RecipeReader)? {
    guard let found = value(key) else { return nil }
    return try Self.named(found, at: "\(prefix)\(key)")
  }

  /// A name alone, or one key with options, at a place.
  static func named(
    _ tree: JSON, at place: String
  ) throws(TrainingError) -> (name: String, options: RecipeReader) {
    if let name = tree.string { return (name, try RecipeReader(.null, at: "\(place).\(name).")) }
    guard let object = tree.object, object.keys.count == 1, let name = object.keys.first else {
      throw TrainingError(
        "\(place): expected a name, or one name with its options below, found \(tree.short).",
        kind: .data)
    }
    return (name, try RecipeReader(object[name] ?? .null, at: "\(place).\(name)."))
  }

  /// The keys and values, for those who know what to ask for by themselves.
  var all: JSONObject {
    known = object.keys
    return object
  }
}

extension JSON {
  /// The value for a sentence, shortened.
  var short: String {
    let text =
      switch self {
      case .string(let text): "'\(text)'"
      default: description
      }
    return text.count <= 60 ? text : text.prefix(57) + "…"
  }
}
