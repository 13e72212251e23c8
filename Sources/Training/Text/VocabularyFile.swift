import HDF5

/// A text as a file: `/tokens` with `/vocabulary`, and root attributes that say how they go together.
enum TextFile {
  /// What the root attribute `format` says.
  static let format = "lockstep-text"
  static let version = 1
  static let tokens = "tokens"
  static let vocabulary = "vocabulary"
  static let documents = "documents"
  static let unigramEntropy = "unigram_entropy"
  static let bigramEntropy = "bigram_entropy"
}

extension Vocabulary {
  /// Where a checkpoint has it.
  static let checkpointGroup = "lockstep/vocabulary"
  /// Far above what any text has.
  private static let textLimit = 256 << 20

  /// Reads the vocabulary of a text, or of a model of ours that was trained on one.
  ///
  /// - Parameter path: what `lockstep dataset text` wrote, a checkpoint or model of ours, or the
  ///   directory of a run.
  /// - Throws: a sentence when the file has no vocabulary, or one that cannot be used.
  public init(path: String) throws {
    let path = try TrainedModel.file(of: path)
    if let vocabulary = try Vocabulary.ofText(at: path) {
      self = vocabulary
    } else if try Checkpoint.isOurs(path), let own = try Vocabulary(ofModel: File(reading: path)) {
      self = own
    } else {
      throw TrainingError(
        "The file '\(path)' has no vocabulary; expected a text that 'lockstep dataset text' wrote, "
          + "or a model that was trained on one.", kind: .data)
    }
  }

  /// Reads the vocabulary of a text.
  ///
  /// - Parameter path: a file.
  /// - Returns: the vocabulary; nil where the file is no text, or a text of mere numbers.
  /// - Throws: a sentence when the file cannot be read.
  public static func ofText(at path: String) throws -> Vocabulary? {
    let file = try File(reading: path)
    guard try file.root.attributes.type(of: "format")?.element.isText == true,
      try file.root.attributes.string("format") == TextFile.format,
      try file.kind(of: TextFile.vocabulary) == .dataset
    else { return nil }
    return try Vocabulary(from: file.root, TextFile.vocabulary)
  }

  /// The vocabulary of what a run trains on, if that is text.
  ///
  /// - Parameter recipe: the run's recipe.
  /// - Returns: the vocabulary; nil where the data is no text.
  /// - Throws: a sentence when the model that the run starts from gives the ids other meanings.
  static func of(_ recipe: Recipe) throws -> Vocabulary? {
    guard let vocabulary = try ofText(at: recipe.data.train) else { return nil }
    guard case .file(let path) = recipe.model.source, try Checkpoint.isOurs(path),
      let own = try Vocabulary(ofModel: File(reading: path)), own != vocabulary
    else { return vocabulary }
    throw TrainingError(
      "The model '\(path)' was trained with another vocabulary than that of '\(recipe.data.train)'. "
        + "Make the text anew by 'lockstep dataset text --vocabulary \(path)'.", kind: .data)
  }

  /// Reads the vocabulary that a checkpoint carries; nil where it has none.
  init?(ofModel file: borrowing File) throws {
    guard try file.kind(of: Self.checkpointGroup) == .group else { return nil }
    try self.init(from: file.group(Self.checkpointGroup), "entries")
  }

  /// Reads the entries and the attributes that say how they are used.
  init(from group: borrowing Group, _ name: String) throws {
    let attributes = group.attributes
    let level: Level = try Self.choice(attributes, "level", group.path)
    let unknown = try attributes.integer("unknown") ?? -1
    let cleaning: TextCleaning =
      try attributes.contains("cleaning")
      ? Self.choice(attributes, "cleaning", group.path) : .none
    try self.init(
      group.dataset(name).readStrings(limit: Self.textLimit), level: level,
      unknown: unknown < 0 ? nil : unknown, separator: attributes.string("separator"),
      cleaning: cleaning)
  }

  private static func choice<T: RawRepresentable & CaseIterable>(
    _ attributes: Attributes, _ name: String, _ path: String
  ) throws -> T where T.RawValue == String {
    let found = try attributes.string(name)
    if let value = found.flatMap(T.init(rawValue:)) { return value }
    let words = T.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or ")
    throw TrainingError(
      "The vocabulary's attribute '\(name)' of '\(path)' is \(found.map { "'\($0)'" } ?? "missing"); "
        + "expected \(words).", kind: .data)
  }

  /// Writes the entries, and as attributes of a group how they are used.
  func write(to file: borrowing NewFile, group: String, _ name: String) throws {
    try file.write(strings: entries, to: group == "/" ? name : "\(group)/\(name)")
    try file.setAttribute("level", of: group, to: .text(level.rawValue))
    try file.setAttribute("unknown", of: group, to: .integer(unknown ?? -1))
    try file.setAttribute("separator", of: group, to: .text(separator))
    try file.setAttribute("cleaning", of: group, to: .text(cleaning.rawValue))
  }
}
