extension JSON {
  /// Reads a text as Python's `json` module writes it: `NaN`, `Infinity` and `-Infinity` are numbers.
  ///
  /// - Parameter text: one JSON value.
  /// - Throws: a sentence that says what was expected at which character.
  public init(parsing text: String) throws(KerasFormatError) {
    var text = text
    text.makeContiguousUTF8()
    var parser = JSONParser(bytes: Array(text.utf8))
    self = try parser.document()
  }
}

/// A recursive descent over UTF-8, bounded in depth so that no text can exhaust the stack.
struct JSONParser {
  /// How deep arrays and objects may nest; Keras's deepest files stay below twenty.
  static let deepest = 64
  /// What ends a word or a number.
  private static let separators = Array(",]}: \n\r\t\"[{".utf8)

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(KerasFormatError) -> JSON {
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw failure("the end of the text") }
    return value
  }

  private mutating func value() throws(KerasFormatError) -> JSON {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try nested(Self.object)
    case UInt8(ascii: "["): return try nested(Self.array)
    case UInt8(ascii: "\""): return .string(try string())
    default: return try scalar()
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(KerasFormatError) -> JSON
  ) throws(KerasFormatError) -> JSON {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw KerasFormatError(
        "Reading JSON: arrays and objects nest deeper than \(Self.deepest) at byte \(position).")
    }
    position += 1
    return try body(&self)
  }

  private static func object(_ parser: inout JSONParser) throws(KerasFormatError) -> JSON {
    var object = JSONObject()
    if parser.take("}") { return .object(object) }
    repeat {
      parser.skipSpace()
      guard parser.next == UInt8(ascii: "\"") else { throw parser.failure("a name in quotes") }
      let key = try parser.string()
      guard parser.take(":") else { throw parser.failure("':'") }
      object[key] = try parser.value()
    } while parser.take(",")
    guard parser.take("}") else { throw parser.failure("',' or '}'") }
    return .object(object)
  }

  private static func array(_ parser: inout JSONParser) throws(KerasFormatError) -> JSON {
    var values: [JSON] = []
    if parser.take("]") { return .array(values) }
    repeat { values.append(try parser.value()) } while parser.take(",")
    guard parser.take("]") else { throw parser.failure("',' or ']'") }
    return .array(values)
  }

  /// A word or a number: everything up to the next separator.
  private mutating func scalar() throws(KerasFormatError) -> JSON {
    let start = position
    while let byte = next, !Self.separators.contains(byte) { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    switch word {
    case "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "NaN": return .double(.nan)
    case "Infinity": return .double(.infinity)
    case "-Infinity": return .double(-.infinity)
    default: break
    }
    if let number = JSONNumber.parse(word) { return number }
    position = start
    throw failure("a value")
  }

  private mutating func string() throws(KerasFormatError) -> String {
    position += 1
    var content: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw failure("a text without control characters") }
      position += 1
      if byte == UInt8(ascii: "\\") {
        content.append(contentsOf: String(try escape()).utf8)
      } else {
        content.append(byte)
      }
    }
    guard next != nil else { throw failure("'\"'") }
    position += 1
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func escape() throws(KerasFormatError) -> Unicode.Scalar {
    guard let byte = next else { throw failure("an escaped character") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw failure("an escape that JSON knows")
    }
  }

  /// `\uXXXX`, or two of them that make a surrogate pair; a lone surrogate becomes U+FFFD.
  private mutating func unicodeEscape() throws(KerasFormatError) -> Unicode.Scalar {
    let high = try hexadecimal()
    guard (0xD800..<0xDC00).contains(high), position + 1 < bytes.count,
      bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
    else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
    let before = position
    position += 2
    let low = try hexadecimal()
    guard (0xDC00..<0xE000).contains(low) else {
      position = before
      return "\u{FFFD}"
    }
    return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
  }

  private mutating func hexadecimal() throws(KerasFormatError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private func failure(_ expected: String) -> KerasFormatError {
    let found = bytes[position...].prefix(20)
    let text = String(decoding: found, as: UTF8.self).withoutControls
    return KerasFormatError(
      "Reading JSON: expected \(expected) at byte \(position) of \(bytes.count), found "
        + (found.isEmpty ? "the end of the text." : "'\(text)'."))
  }
}

/// JSON's numbers: the grammar is stricter than that of Swift's initializers.
enum JSONNumber {
  static func parse(_ word: String) -> JSON? {
    let bytes = Array(word.utf8)
    var index = 0
    if bytes.first == UInt8(ascii: "-") { index = 1 }
    let whole = digits(bytes, &index)
    guard whole > 0, whole == 1 || bytes[index - whole] != UInt8(ascii: "0") else { return nil }
    if index == bytes.count { return Int(word).map(JSON.int) ?? Double(word).map(JSON.double) }
    if bytes[index] == UInt8(ascii: ".") {
      index += 1
      guard digits(bytes, &index) > 0 else { return nil }
    }
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < bytes.count, "+-".utf8.contains(bytes[index]) { index += 1 }
      guard digits(bytes, &index) > 0 else { return nil }
    }
    return index == bytes.count ? Double(word).map(JSON.double) : nil
  }

  private static func digits(_ bytes: [UInt8], _ index: inout Int) -> Int {
    let start = index
    while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
    return index - start
  }
}
