extension Vocabulary {
  /// A text as ids, and what of it is no entry.
  public struct Encoded: Sendable, Hashable {
    /// The ids; where something is not known, the id that stands for it, or none at all.
    public var ids: [Int] = []
    /// What is no entry, each once, in the order of the text.
    public var unknown: [String] = []
  }

  /// Turns text into ids: cleaned as the text that the vocabulary comes from, then token by token.
  public func encode(_ text: String) -> Encoded {
    var result = Encoded()
    var seen: Set<TokenKey> = []
    var tokenizer = Tokenizer(level: level, cleaning: cleaning)
    let add = { (token: String) in
      if let id = id(of: token) {
        result.ids.append(id)
      } else {
        if seen.insert(TokenKey(token)).inserted { result.unknown.append(token) }
        if let unknown { result.ids.append(unknown) }
      }
    }
    for scalar in text.unicodeScalars { tokenizer.read(scalar, add) }
    tokenizer.finish(add)
    return result
  }

  /// The text that ids stand for; ids beyond the vocabulary are left out.
  public func decode(_ ids: some Sequence<Int>) -> String {
    ids.filter(entries.indices.contains).map { entries[$0] }.joined(separator: separator)
  }
}

/// How a text is cleaned before it becomes tokens.
public enum TextCleaning: String, Sendable, CaseIterable, Codable {
  /// Not at all.
  case none
  /// Punctuation and symbols but hyphens and apostrophes out, white space folded, lower case.
  case tutorial
}

/// Cleans text and cuts it into tokens, one Unicode scalar at a time.
struct Tokenizer {
  let level: Vocabulary.Level
  let cleaning: TextCleaning
  /// The word under way.
  private var word = String.UnicodeScalarView()
  /// Whether white space is due before the next character.
  private var hasSpace = false
  /// Whether a character of the document is out.
  private var hasBegun = false

  init(level: Vocabulary.Level, cleaning: TextCleaning) {
    self.level = level
    self.cleaning = cleaning
  }

  /// Takes the next character of a document.
  mutating func read(_ scalar: Unicode.Scalar, _ body: (String) throws -> Void) rethrows {
    guard cleaning == .tutorial else { return try take(scalar, body) }
    guard let letter = scalar.kept else {
      hasSpace = hasBegun
      return
    }
    if hasSpace {
      try take(" ", body)
      hasSpace = false
    }
    hasBegun = true
    if letter.isASCII {
      try take(letter.lowercasedASCII, body)
    } else {
      for lower in letter.properties.lowercaseMapping.unicodeScalars { try take(lower, body) }
    }
  }

  /// Ends a document.
  mutating func finish(_ body: (String) throws -> Void) rethrows {
    try endWord(body)
    (hasSpace, hasBegun) = (false, false)
  }

  private mutating func take(
    _ scalar: Unicode.Scalar, _ body: (String) throws -> Void
  ) rethrows {
    if level == .char { return try body(String(scalar)) }
    if scalar.properties.isWhitespace { return try endWord(body) }
    word.append(scalar)
  }

  private mutating func endWord(_ body: (String) throws -> Void) rethrows {
    guard !word.isEmpty else { return }
    try body(String(word))
    word = String.UnicodeScalarView()
  }
}

extension Unicode.Scalar {
  /// What the tutorial's cleaning keeps of a character; nil for what it takes as white space.
  ///
  /// Typographic apostrophes and hyphens are the typewriter's: the same word has one spelling.
  fileprivate var kept: Unicode.Scalar? {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "'": return self
    case "\u{2018}", "\u{2019}", "\u{02BC}": return "'"
    case "\u{2010}", "\u{2011}": return "-"
    default: break
    }
    guard !isASCII else { return nil }
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol,
      .modifierSymbol, .otherSymbol, .spaceSeparator, .lineSeparator, .paragraphSeparator:
      return nil
    default: return properties.isWhitespace ? nil : self
    }
  }

  fileprivate var lowercasedASCII: Unicode.Scalar {
    ("A"..."Z").contains(self) ? Unicode.Scalar(UInt8(value) + 32) : self
  }
}
