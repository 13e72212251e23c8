import HDF5

/// Turns texts into a file of tokens: counted in a first pass, written in a second.
public struct TextConversion: Sendable {
  /// The texts.
  public var source: TextSource
  /// What a token is.
  public var level = Vocabulary.Level.char
  /// How the text is cleaned.
  public var cleaning = TextCleaning.none
  /// Tokens that are not seen more often than this have no entry; an unknown one stands for them.
  public var minimumCount: Int?
  /// The vocabulary to use; nil for one of what the text has.
  public var vocabulary: Vocabulary?
  /// Which part of the tokens is trained on; the rest at the end is validated with.
  public var trainFraction = 1.0
  /// How many equal parts the text is cut into, each of which has an end to validate with.
  public var parts = 1

  /// What stands for a character that has no entry.
  private static let unknownCharacter = "\u{FFFD}"
  private static let unknownWord = "<unk>"

  /// A conversion of texts, character by character.
  public init(_ source: TextSource) { self.source = source }

  /// Writes the tokens.
  ///
  /// - Parameters:
  ///   - path: the HDF5 file to write.
  ///   - validation: the file for the tokens behind the part that is trained on; nil for none.
  /// - Returns: what was written to each file.
  /// - Throws: a sentence when a text cannot be read, has no token, or a file cannot be written.
  public func write(to path: String, validation: String? = nil) throws -> [TextFacts] {
    var table = TokenTable()
    try eachToken(level, cleaning) {
      table.add($0)
    } documentEnd: {
    }
    guard table.total > 0 else {
      let names = source.paths.map { "'\($0)'" }.joined(separator: ", ")
      throw TrainingError("The text \(names) has no \(level.noun)s.", kind: .data)
    }
    let vocabulary = try vocabulary ?? Self.vocabulary(table, level, cleaning, minimumCount)
    try check(table, vocabulary)
    let split = TextSplit(
      tokens: table.total, parts: parts, fraction: validation == nil ? 1 : trainFraction)
    var files = [try TextFileWriter(path, vocabulary, tokens: split.trained)]
    if let validation {
      files.append(
        try TextFileWriter(validation, vocabulary, tokens: table.total - split.trained))
    }
    var place = 0
    try eachToken(vocabulary.level, vocabulary.cleaning) { token throws in
      guard place < table.total else { throw changed }
      let id = vocabulary.id(of: token) ?? vocabulary.unknown
      guard let id else { throw changed }
      // What goes into the other file is missing between two pieces, so they are no one text.
      if split.startsPiece(place) { for file in files { file.endDocument() } }
      try files[split.isTrained(place) ? 0 : files.count - 1].add(id)
      place += 1
    } documentEnd: {
      for file in files { file.endDocument() }
    }
    guard place == table.total else { throw changed }
    for file in files { try file.checkCount() }
    return try files.map { try $0.finish() }
  }

  private func eachToken(
    _ level: Vocabulary.Level, _ cleaning: TextCleaning, _ body: (String) throws -> Void,
    documentEnd: () -> Void
  ) throws {
    var tokenizer = Tokenizer(level: level, cleaning: cleaning)
    try source.read { event in
      switch event {
      case .scalar(let scalar, _): try tokenizer.read(scalar, body)
      case .documentEnd:
        try tokenizer.finish(body)
        documentEnd()
      }
    }
  }

  /// The vocabulary of what was counted.
  private static func vocabulary(
    _ table: TokenTable, _ level: Vocabulary.Level, _ cleaning: TextCleaning, _ minimum: Int?
  ) throws(TrainingError) -> Vocabulary {
    let unknown = level == .word ? unknownWord : unknownCharacter
    let hasUnknown = level == .word || minimum != nil
    let seen = table.entries(level: level, seenMoreThan: minimum ?? 0)
      .filter { !hasUnknown || TokenKey($0) != TokenKey(unknown) }
    return try Vocabulary(
      (hasUnknown ? [unknown] : []) + seen, level: level, unknown: hasUnknown ? 0 : nil,
      cleaning: cleaning)
  }

  /// Refuses a text of which a given vocabulary lacks something that nothing stands for.
  private func check(_ table: TokenTable, _ vocabulary: Vocabulary) throws(TrainingError) {
    guard vocabulary.unknown == nil else { return }
    let missing = table.tokens.filter { vocabulary.id(of: $0) == nil }
    guard !missing.isEmpty else { return }
    throw TrainingError(
      "The vocabulary has no entry for \(missing.listed(level)) of the text, and none that stands "
        + "for what it lacks. Make one by --min-count 0, or use another vocabulary.", kind: .data)
  }

  private var changed: TrainingError {
    TrainingError(
      "The text changed while it was read for the second time; leave it alone until it is done.",
      kind: .inputOutput)
  }
}

extension Vocabulary.Level {
  /// What a token is called.
  package var noun: String { self == .char ? "character" : "word" }
}

extension [String] {
  /// The first few tokens for a sentence; characters that cannot be seen by their numbers.
  package func listed(_ level: Vocabulary.Level) -> String {
    let names = prefix(8).map { token -> String in
      guard level == .char, let scalar = token.unicodeScalars.first, !scalar.isVisible else {
        return "'\(token)'"
      }
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "U+" + String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
    }
    let rest = count > names.count ? " and \(count - names.count) more" : ""
    let noun = count == 1 ? level.noun : level.noun + "s"
    return "the \(noun) \(names.joined(separator: ", "))\(rest)"
  }
}

extension Unicode.Scalar {
  /// Whether a reader sees it where it stands alone.
  fileprivate var isVisible: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
      .paragraphSeparator, .nonspacingMark, .enclosingMark, .spacingMark:
      false
    default: true
    }
  }
}
