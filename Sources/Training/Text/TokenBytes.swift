/// The bytes that tokens are written as: whole characters, so that whatever is cut between two tokens
/// is text.
public struct TokenBytes: Sendable {
  private let bytes: [UInt8]
  private let ends: [Int]
  private let separator: [UInt8]
  private var hasBegun = false

  /// The text of a vocabulary's tokens.
  public init(_ vocabulary: Vocabulary) {
    bytes = vocabulary.entries.flatMap(\.utf8)
    var end = 0
    ends = vocabulary.entries.map { entry in
      end += entry.utf8.count
      return end
    }
    separator = Array(vocabulary.separator.utf8)
  }

  /// Appends a token to a text, with what stands between tokens before it.
  public mutating func append(_ id: Int, to text: inout [UInt8]) {
    if hasBegun { text.append(contentsOf: separator) }
    hasBegun = true
    text.append(contentsOf: bytes[(id == 0 ? 0 : ends[id - 1])..<ends[id]])
  }
}
