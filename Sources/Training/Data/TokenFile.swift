import HDF5
import Tensors

/// A text as numbered tokens in an HDF5 file of the format `lockstep-text`, opened.
///
/// Tokens are read in the order of a run: whole if they fit in a little memory, else a piece ahead for
/// each place that is read from, so that a text larger than memory costs one pass over its file.
///
/// Unchecked because it is read from one thread at a time, as datasets are.
final class TokenFile: @unchecked Sendable {
  /// The path of the file, as given.
  let name: String
  /// How many tokens there are.
  let count: Int
  /// How many entries the vocabulary has; nil where the file has none.
  let vocabularyCount: Int?
  /// The mean information of a token in nats, where the file says it: by itself, and after the one
  /// before it.
  let entropies: (unigram: Double?, bigram: Double?)
  private let file: HDF5.File
  private let column: HDF5Column
  /// The first token of each document, ascending.
  private let documents: [Int]
  /// The pieces that are in memory, by the places that read them.
  private var pieces: [Piece] = []
  /// How many floats all pieces have at most.
  private let room: Int

  /// Neighbouring tokens in memory.
  private struct Piece {
    var tokens = 0..<0
    let memory: Arena
  }

  /// Opens a file; reads documents, and no tokens.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - room: how many tokens may be in memory.
  /// - Throws: a sentence when it holds no text that we can read.
  init(path: String, room: Int = 16 << 20) throws {
    let file = try HDF5.File(reading: path)
    column = try HDF5Column(
      "/tokens", of: file, ranks: 1...1, expecting: "one list of numbered tokens")
    (name, count) = (path, column.count)
    vocabularyCount =
      try file.kind(of: "/vocabulary") == .dataset
      ? try file.dataset("/vocabulary").shape.first : nil
    let attributes = file.root.attributes
    entropies = (
      try attributes.number("unigram_entropy"), try attributes.number("bigram_entropy")
    )
    documents = try Self.documents(of: file, count: count)
    self.file = file
    self.room = max(room, 1)
  }

  private static func documents(of file: borrowing HDF5.File, count: Int) throws -> [Int] {
    guard try file.kind(of: "/documents") == .dataset else { return [] }
    let dataset = try file.dataset("/documents")
    let starts = try dataset.read(as: Int64.self, limit: 1 << 27).map { Int($0) }
    let isAscending = zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 }
    if isAscending, starts.first ?? 0 >= 0, starts.last ?? 0 < count { return starts }
    throw DataError(
      .wrongShape,
      "cannot use '/documents' in '\(file.name)': expected the places of first tokens, ascending "
        + "and below \(count); write the file anew")
  }

  /// Whether some tokens begin documents.
  var hasDocuments: Bool { !documents.isEmpty }

  /// The tokens of a range that begin documents.
  func documents(in range: Range<Int>) -> ArraySlice<Int> {
    documents[place(of: range.lowerBound)..<place(of: range.upperBound)]
  }

  /// How many documents begin before a token.
  private func place(of token: Int) -> Int {
    var (low, high) = (0, documents.count)
    while low < high {
      let middle = (low + high) / 2
      if documents[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// What a fingerprint begins with.
  var summary: [String] {
    [column.summary, "\(documents.count) documents", "\(documents.suffix(4))"]
  }

  /// Copies neighbouring tokens.
  ///
  /// - Parameters:
  ///   - tokens: which ones.
  ///   - reader: the place that reads them, from 0 to one below `readers`; each reads on where it
  ///     ended, if it can.
  ///   - readers: how many places read.
  ///   - target: room for them.
  /// - Throws: what libhdf5 says, or that the file was changed.
  func copy(
    _ tokens: Range<Int>, by reader: Int, of readers: Int, to target: UnsafeMutablePointer<Float>
  ) throws {
    if tokens.isEmpty { return }
    let isWhole = count <= room
    let places = isWhole ? 1 : readers
    let size = isWhole ? count : max(room / readers, tokens.count)
    if pieces.count != places || pieces[0].memory.count < size {
      pieces = (0..<places).map { _ in Piece(memory: Arena(count: size)) }
    }
    let place = isWhole ? 0 : reader
    if !pieces[place].tokens.contains(tokens) {
      let first = isWhole ? 0 : tokens.lowerBound
      let wanted = first..<min(first + size, count)
      // Nothing is there if reading fails.
      pieces[place].tokens = 0..<0
      do { try column.read(rows: wanted, into: pieces[place].memory.base) } catch {
        try file.verifyUnchanged()
        throw error
      }
      try file.verifyUnchanged()
      pieces[place].tokens = wanted
    }
    let piece = pieces[place]
    target.update(
      from: piece.memory.base + tokens.lowerBound - piece.tokens.lowerBound, count: tokens.count)
    withExtendedLifetime(piece.memory) {}
  }
}

extension Range<Int> {
  fileprivate func contains(_ other: Range<Int>) -> Bool {
    lowerBound <= other.lowerBound && other.upperBound <= upperBound
  }
}
