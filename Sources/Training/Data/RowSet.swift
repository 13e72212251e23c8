/// A set of row numbers of a dataset, one bit a row.
public struct RowSet: Sendable, Hashable {
  /// How many rows the dataset has.
  public let universe: Int
  /// How many of them are in the set.
  public let count: Int
  private let words: [UInt64]

  /// All rows of a dataset.
  public init(allOf universe: Int) { self.init(0..<universe, of: universe) }

  /// A range of the rows of a dataset.
  public init(_ range: Range<Int>, of universe: Int) {
    precondition(range.lowerBound >= 0 && range.upperBound <= universe, "rows that do not exist")
    let words = (0..<(universe + 63) / 64).map { Self.mask(word: $0, range) }
    self.init(universe: universe, words: words)
  }

  /// The rows of a dataset that a function chooses; it is asked once for each, in order.
  public init(of universe: Int, where chooses: (Int) throws -> Bool) rethrows {
    var words = [UInt64](repeating: 0, count: (universe + 63) / 64)
    for row in 0..<universe where try chooses(row) { words[row >> 6] |= 1 << UInt64(row & 63) }
    self.init(universe: universe, words: words)
  }

  private init(universe: Int, words: [UInt64]) {
    self.universe = universe
    self.words = words
    count = words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// Whether a row is in the set.
  public func contains(_ row: Int) -> Bool {
    row >= 0 && row < universe && words[row >> 6] >> UInt64(row & 63) & 1 == 1
  }

  /// How many rows of a range are in the set.
  public func count(in range: Range<Int>) -> Int {
    wordIndices(of: range).reduce(0) {
      $0 + (words[$1] & Self.mask(word: $1, range)).nonzeroBitCount
    }
  }

  /// The rows of a range that are in the set, in ascending order.
  public func rows(in range: Range<Int>) -> [Int] {
    var rows: [Int] = []
    for index in wordIndices(of: range) {
      var word = words[index] & Self.mask(word: index, range)
      while word != 0 {
        rows.append(index << 6 + word.trailingZeroBitCount)
        word &= word - 1
      }
    }
    return rows
  }

  /// The rows that are in this set and not in another of the same dataset.
  public func subtracting(_ other: RowSet) -> RowSet {
    precondition(other.universe == universe, "rows of different datasets")
    return RowSet(universe: universe, words: zip(words, other.words).map { $0 & ~$1 })
  }

  /// Whether no row is in both sets.
  public func isDisjoint(with other: RowSet) -> Bool {
    precondition(other.universe == universe, "rows of different datasets")
    return zip(words, other.words).allSatisfy { $0 & $1 == 0 }
  }

  private func wordIndices(of range: Range<Int>) -> Range<Int> {
    let clamped = range.clamped(to: 0..<universe)
    return clamped.isEmpty ? 0..<0 : clamped.lowerBound >> 6..<(clamped.upperBound + 63) >> 6
  }

  /// The bits of a word that stand for rows of a range.
  private static func mask(word: Int, _ range: Range<Int>) -> UInt64 {
    let first = min(max(range.lowerBound - word << 6, 0), 64)
    let end = min(max(range.upperBound - word << 6, 0), 64)
    if end <= first { return 0 }
    return (~0 >> UInt64(64 - (end - first))) << UInt64(first)
  }
}
