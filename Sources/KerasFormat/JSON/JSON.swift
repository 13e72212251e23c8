/// A JSON value that keeps what Foundation's loses and Keras's files need: the order of keys,
/// whole numbers apart from others, and Python's `Infinity` and `NaN`.
public enum JSON: Sendable, Hashable {
  /// Nothing.
  case null
  /// True or false.
  case bool(Bool)
  /// A number without fraction or exponent that fits in 64 bits.
  case int(Int)
  /// Any other number, infinities and NaN included.
  case double(Double)
  /// Text.
  case string(String)
  /// Values in order.
  case array([JSON])
  /// Values under names, in order.
  case object(JSONObject)
}

extension JSON {
  /// The truth value, if it is one.
  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The whole number, if it is one; `2.0` counts, as YAML and JavaScript write it.
  public var int: Int? {
    switch self {
    case .int(let value): value
    case .double(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The number, whole or not, if it is one.
  public var double: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// The text, if it is text.
  public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The values, if it is an array.
  public var array: [JSON]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The names and values, if it is an object.
  public var object: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// Whether it is null.
  public var isNull: Bool { self == .null }

  /// The value under a name; nil where it is missing or this is no object.
  public subscript(key: String) -> JSON? { object?[key] }
}

/// The names and values of a JSON object, in the order in which they were put in.
public struct JSONObject: Sendable, Hashable {
  /// The names, in order.
  public private(set) var keys: [String] = []
  private var values: [String: JSON] = [:]

  /// An object without names.
  public init() {}

  /// The value under a name; a new name goes to the end, nil takes a name out.
  public subscript(key: String) -> JSON? {
    get { values[key] }
    set {
      if newValue == nil {
        keys.removeAll { $0 == key }
      } else if values[key] == nil {
        keys.append(key)
      }
      values[key] = newValue
    }
  }

  /// The names with their values, in order.
  public var pairs: [(key: String, value: JSON)] {
    keys.map { ($0, values[$0] ?? .null) }
  }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  /// Writes an object as a literal; of equal names the last one stays.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    var object = JSONObject()
    for (key, value) in elements { object[key] = value }
    self = .object(object)
  }

  /// Writes an array as a literal.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// Writes text as a literal.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Writes a whole number as a literal.
  public init(integerLiteral value: Int) { self = .int(value) }
  /// Writes a number as a literal.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// Writes a truth value as a literal.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Writes null as a literal.
  public init(nilLiteral: ()) { self = .null }
}
