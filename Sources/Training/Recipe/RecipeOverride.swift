import KerasFormat

/// A key of a recipe with a value that replaces the one in the file: `training.batch_size=64`.
public struct RecipeOverride: Sendable, Hashable {
  /// The key with those above it, separated by dots; numbers count the entries of lists from 0.
  public var path: String
  /// The value, in YAML.
  public var value: String

  /// A key and its value.
  public init(path: String, value: String) {
    self.path = path
    self.value = value
  }

  /// Reads `key=value`.
  ///
  /// - Parameter text: the key, an equals sign, and the value in YAML.
  /// - Throws: a sentence when there is no key or no equals sign.
  public init(_ text: String) throws(TrainingError) {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw TrainingError("Expected KEY=VALUE, for example training.batch_size=64, not '\(text)'.")
    }
    path = String(text[..<equals])
    value = String(text[text.index(after: equals)...])
  }

  /// A tree in which the key has the value.
  func applied(to tree: JSON) throws(TrainingError) -> JSON {
    let value: JSON
    do {
      value = try RecipeYAML.tree(self.value)
    } catch {
      throw TrainingError("Setting \(path) to '\(self.value)': \(error.description)")
    }
    let keys = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    return try Self.replaced(tree, keys[...], value, path)
  }

  private static func replaced(
    _ tree: JSON, _ keys: ArraySlice<String>, _ value: JSON, _ path: String
  ) throws(TrainingError) -> JSON {
    guard let key = keys.first else { return value }
    let rest = keys.dropFirst()
    switch tree {
    case .object(var object):
      object[key] = try replaced(object[key] ?? .null, rest, value, path)
      return .object(object)
    case .array(var values):
      guard let index = Int(key), values.indices.contains(index) else {
        throw TrainingError(
          "Setting \(path): '\(key)' is no entry of a list of \(values.count), which are numbered "
            + "from 0.")
      }
      values[index] = try replaced(values[index], rest, value, path)
      return .array(values)
    case .null:
      return try replaced(.object(JSONObject()), keys, value, path)
    case .string(let name) where name.lowercased() == key.lowercased():
      // 'adam' stands for 'Adam: {}'.
      return try replaced(.object(JSONObject()), keys, value, path)
    default:
      throw TrainingError("Setting \(path): above '\(key)' there is \(tree), not a section.")
    }
  }
}
