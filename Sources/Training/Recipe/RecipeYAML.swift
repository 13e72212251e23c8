import KerasFormat
import Yams

/// YAML as a tree of values and back.
///
/// Words without quotes mean what YAML 1.2 says, so `1e-3` is a number, and `no` and `on` are text.
enum RecipeYAML {
  /// The tree of a text; an empty text is null.
  static func tree(_ yaml: String) throws(TrainingError) -> JSON {
    do {
      guard let node = try Yams.compose(yaml: yaml) else { return .null }
      return try tree(node, depth: 0)
    } catch let error as TrainingError {
      throw error
    } catch let error as YamlError {
      throw TrainingError("It is not valid YAML: \(sentence(error)).", kind: .data)
    } catch {
      throw TrainingError("It is not valid YAML: \(error).", kind: .data)
    }
  }

  private static func tree(_ node: Node, depth: Int) throws(TrainingError) -> JSON {
    guard depth < 32 else {
      throw TrainingError("It nests deeper than 32 levels.", kind: .data)
    }
    switch node {
    case .scalar(let scalar): return value(scalar)
    case .sequence(let sequence):
      var values: [JSON] = []
      for element in sequence { values.append(try tree(element, depth: depth + 1)) }
      return .array(values)
    case .mapping(let mapping):
      var object = JSONObject()
      for (key, value) in mapping {
        guard let key = key.scalar?.string else {
          throw TrainingError("It has a key that is no word.", kind: .data)
        }
        object[key] = try tree(value, depth: depth + 1)
      }
      return .object(object)
    case .alias:
      throw TrainingError("It has an alias to nothing.", kind: .data)
    }
  }

  private static func value(_ scalar: Node.Scalar) -> JSON {
    let word = scalar.string
    guard scalar.style == .plain || scalar.style == .any else { return .string(word) }
    switch word {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: return number(word) ?? .string(word)
    }
  }

  private static func number(_ word: String) -> JSON? {
    guard let first = word.utf8.first, "+-.0123456789".utf8.contains(first) else { return nil }
    if let value = Int(word) { return .int(value) }
    let digits = "+-.eE0123456789".utf8
    guard word.utf8.allSatisfy(digits.contains), let value = Double(word) else { return nil }
    return .double(value)
  }

  /// What a parser's error says, on one line.
  private static func sentence(_ error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      "line \(mark.line), column \(mark.column): \(problem)"
    case .duplicatedKeysInMapping(let duplicates, let context):
      "line \(context.mark.line): the key '"
        + duplicates.map { "\($0)" }.sorted().joined(separator: "', '") + "' stands there twice"
    default: "\(error)".split(separator: "\n").joined(separator: " ")
    }
  }
}

extension RecipeYAML {
  /// The text of a tree, in blocks, with short lists and empty sections on one line.
  static func text(_ tree: JSON) -> String {
    (try? Yams.serialize(node: node(tree), indent: 2, width: -1, allowUnicode: true)) ?? ""
  }

  private static func node(_ tree: JSON) -> Node {
    switch tree {
    case .string(let text): return .scalar(scalar(text))
    case .array(let values):
      let isShort = values.allSatisfy { $0.object == nil && $0.array == nil }
      return Node(values.map(node), Tag(.implicit), isShort ? .flow : .block)
    case .object(let object):
      let pairs = object.pairs.map { (Node.scalar(scalar($0.key)), node($0.value)) }
      return Node(pairs, Tag(.implicit), pairs.isEmpty ? .flow : .block)
    default: return .scalar(Node.Scalar(tree.description, Tag(.implicit), .plain))
    }
  }

  /// A text, in quotes if it would be read as something else without.
  private static func scalar(_ text: String) -> Node.Scalar {
    let plain = Node.Scalar(text, Tag(.implicit), .plain)
    let isSafe = value(plain) == .string(text)
    return isSafe ? plain : Node.Scalar(text, Tag(.implicit), .doubleQuoted)
  }
}
