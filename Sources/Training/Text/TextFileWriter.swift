import HDF5

/// What a file of tokens holds, and how well it is guessed by those who only count.
public struct TextFacts: Sendable {
  /// The file.
  public let path: String
  /// How many tokens it has.
  public let tokens: Int
  /// What they mean.
  public let vocabulary: Vocabulary
  /// How many documents they make.
  public let documents: Int
  /// Which part of the tokens has an entry of its own.
  public let coverage: Double
  /// The entropy of a token, in nats: what a guess by frequency alone costs.
  public let unigramEntropy: Double
  /// The entropy of a token after the one before it, in nats.
  public let bigramEntropy: Double
}

/// A file of tokens under way; it appears under its name when it is whole.
final class TextFileWriter {
  private let destination: AtomicFile
  private let vocabulary: Vocabulary
  private var file: NewFile?
  private let tokens: TokenColumn
  private var statistics: TokenStatistics
  private var starts: [Int64] = []
  private var isInside = false

  /// Begins a file for about so many tokens.
  init(_ path: String, _ vocabulary: Vocabulary, tokens count: Int) throws {
    destination = try AtomicFile(path)
    self.vocabulary = vocabulary
    statistics = TokenStatistics(vocabulary: vocabulary.count)
    let file = try NewFile(at: destination.temporaryPath)
    tokens = try TokenColumn(file, count, vocabulary: vocabulary.count)
    self.file = consume file
  }

  deinit { if file != nil { destination.discard() } }

  /// Appends a token.
  func add(_ id: Int) throws(HDF5Error) {
    if !isInside { starts.append(Int64(statistics.total)) }
    isInside = true
    statistics.add(id)
    try tokens.append(id)
  }

  /// Ends a document.
  func endDocument() {
    isInside = false
    statistics.endDocument()
  }

  /// Refuses a file without tokens.
  func checkCount() throws(TrainingError) {
    guard statistics.total == 0 else { return }
    throw TrainingError(
      "'\(destination.path)' would have no tokens: the text is too short for such a --train-fraction.",
      kind: .data)
  }

  /// Writes what belongs to the tokens, forces the file to the disk, and gives it its name.
  func finish() throws -> TextFacts {
    guard let file = file.take() else { preconditionFailure("a file ends once") }
    do {
      try tokens.close()
      try write(to: file)
      try file.close()
      try destination.publish()
    } catch {
      destination.discard()
      throw error
    }
    let unknown = vocabulary.unknown.map { statistics.count(of: $0) } ?? 0
    return TextFacts(
      path: destination.path, tokens: statistics.total, vocabulary: vocabulary,
      documents: starts.count, coverage: 1 - Double(unknown) / Double(statistics.total),
      unigramEntropy: statistics.unigramEntropy, bigramEntropy: statistics.bigramEntropy)
  }

  private func write(to file: borrowing NewFile) throws {
    try vocabulary.write(to: file, group: "/", TextFile.vocabulary)
    if starts.count > 1 {
      try file.write(starts, shape: [starts.count], to: TextFile.documents)
    }
    try file.setAttribute("format", to: .text(TextFile.format))
    try file.setAttribute("format_version", to: .integer(TextFile.version))
    try file.setAttribute(TextFile.unigramEntropy, to: .number(statistics.unigramEntropy))
    try file.setAttribute(TextFile.bigramEntropy, to: .number(statistics.bigramEntropy))
  }
}

/// The tokens of a file under way, in the smallest type of numbers that holds the vocabulary.
///
/// One of the three writers is there. A generic class with a writer of its type of numbers would say
/// the same, and crashes the optimizer of Swift 6.3.
private final class TokenColumn {
  private var bytes: RowWriter<UInt8>?
  private var shorts: RowWriter<UInt16>?
  private var words: RowWriter<UInt32>?
  private var pending: [UInt32] = []
  private let block = 1 << 16

  init(_ file: borrowing NewFile, _ count: Int, vocabulary: Int) throws(HDF5Error) {
    let packing = Packing(chunk: [min(max(count, 1), block)])
    let path = TextFile.tokens
    if vocabulary <= 1 << 8 {
      bytes = try file.appendRows(of: UInt8.self, to: path, rowShape: [], packing: packing)
    } else if vocabulary <= 1 << 16 {
      shorts = try file.appendRows(of: UInt16.self, to: path, rowShape: [], packing: packing)
    } else {
      words = try file.appendRows(of: UInt32.self, to: path, rowShape: [], packing: packing)
    }
    pending.reserveCapacity(block)
  }

  func append(_ id: Int) throws(HDF5Error) {
    pending.append(UInt32(id))
    if pending.count == block { try flush() }
  }

  func close() throws(HDF5Error) {
    try flush()
    try bytes.take()?.close()
    try shorts.take()?.close()
    try words.take()?.close()
  }

  private func flush() throws(HDF5Error) {
    try bytes?.append(pending.map(UInt8.init))
    try shorts?.append(pending.map(UInt16.init))
    try words?.append(pending)
    pending.removeAll(keepingCapacity: true)
  }
}
