/// What the ids of a text mean: the entries in their order, and how text becomes ids and back.
///
/// Characters are Unicode scalars and not what a reader sees as one letter: there are few enough of
/// them for a vocabulary, whatever follows whatever is valid UTF-8, and Python counts the same.
public struct Vocabulary: Sendable {
  /// What a token is.
  public enum Level: String, Sendable, CaseIterable, Codable {
    /// A character: a Unicode scalar.
    case char
    /// What stands between white space.
    case word
  }

  /// The token of each id.
  public let entries: [String]
  /// What a token is.
  public let level: Level
  /// The id that stands for everything else; nil where there is none.
  public let unknown: Int?
  /// What stands between tokens when text is made of them.
  public let separator: String
  /// How text is cleaned before it becomes tokens.
  public let cleaning: TextCleaning
  private let ids: [TokenKey: Int]

  /// A vocabulary of given entries.
  ///
  /// - Parameters:
  ///   - entries: the token of each id.
  ///   - level: what a token is.
  ///   - unknown: the id that stands for everything else; nil where there is none.
  ///   - separator: what stands between tokens in text; nil for a space between words.
  ///   - cleaning: how text is cleaned before it becomes tokens.
  /// - Throws: a sentence that names the entry that cannot be one, or is there twice.
  public init(
    _ entries: [String], level: Level, unknown: Int? = nil, separator: String? = nil,
    cleaning: TextCleaning = .none
  ) throws(TrainingError) {
    try Self.check(entries, level, unknown)
    self.entries = entries
    self.level = level
    self.unknown = unknown
    self.separator = separator ?? (level == .word ? " " : "")
    self.cleaning = cleaning
    ids = Dictionary(
      entries.enumerated().map { (TokenKey($1), $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// How many entries there are.
  public var count: Int { entries.count }

  /// The id of a token; nil where it is no entry.
  public func id(of token: String) -> Int? { ids[TokenKey(token)] }

  private static func check(
    _ entries: [String], _ level: Level, _ unknown: Int?
  ) throws(TrainingError) {
    guard !entries.isEmpty else {
      throw TrainingError("A vocabulary needs an entry; there is none.", kind: .data)
    }
    if let unknown, !entries.indices.contains(unknown) {
      throw TrainingError(
        "The vocabulary has \(entries.count) entries, and \(unknown) is to stand for everything "
          + "else; expected one of 0 to \(entries.count - 1), or -1 for none.", kind: .data)
    }
    var seen: Set<TokenKey> = []
    for (id, entry) in entries.enumerated() {
      let scalars = entry.unicodeScalars
      guard !scalars.isEmpty, level == .word || scalars.count == 1, !scalars.contains("\0") else {
        let expected = level == .word ? "a word" : "one character"
        throw TrainingError(
          "Entry \(id) of the vocabulary is '\(entry)'; expected \(expected).", kind: .data)
      }
      guard seen.insert(TokenKey(entry)).inserted else {
        throw TrainingError(
          "Entry \(id) of the vocabulary, '\(entry)', is there twice.", kind: .data)
      }
    }
  }
}

/// A token as a key that differs whenever its characters do.
///
/// Swift's strings are equal when they look alike, which would lose what was in the text.
struct TokenKey: Hashable {
  let token: String

  init(_ token: String) { self.token = token }

  static func == (one: TokenKey, other: TokenKey) -> Bool {
    one.token.utf8.elementsEqual(other.token.utf8)
  }

  func hash(into hasher: inout Hasher) {
    for byte in token.utf8 { hasher.combine(byte) }
  }
}

extension Vocabulary: Hashable {
  /// Whether the two give the same ids to the same text.
  public static func == (one: Vocabulary, other: Vocabulary) -> Bool {
    one.level == other.level && one.unknown == other.unknown && one.cleaning == other.cleaning
      && one.separator == other.separator && one.entries.count == other.entries.count
      && zip(one.entries, other.entries).allSatisfy {
        TokenKey($0) == TokenKey($1)
      }
  }

  /// Adds what makes two vocabularies differ.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(level)
    hasher.combine(entries)
  }
}

extension Vocabulary: Codable {
  private enum Key: String, CodingKey { case entries, level, unknown, separator, cleaning }

  /// Reads a vocabulary.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    try self.init(
      values.decode([String].self, forKey: .entries),
      level: values.decode(Level.self, forKey: .level),
      unknown: values.decodeIfPresent(Int.self, forKey: .unknown),
      separator: values.decodeIfPresent(String.self, forKey: .separator),
      cleaning: values.decodeIfPresent(TextCleaning.self, forKey: .cleaning) ?? .none)
  }

  /// Writes the entries, and how they are used.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(entries, forKey: .entries)
    try values.encode(level, forKey: .level)
    try values.encodeIfPresent(unknown, forKey: .unknown)
    try values.encode(separator, forKey: .separator)
    try values.encode(cleaning, forKey: .cleaning)
  }
}
