/// Which tokens of a text are trained on, and which ones are kept to validate with: the end of each of
/// some equal parts.
struct TextSplit {
  private let parts: Int
  private let length: Int
  private let cut: Int

  /// A split of so many tokens.
  ///
  /// - Parameters:
  ///   - tokens: how many there are; what is left over by equal parts belongs to the last one.
  ///   - parts: how many parts there are.
  ///   - fraction: which part of each is trained on.
  init(tokens: Int, parts: Int, fraction: Double) {
    self.parts = max(1, min(parts, tokens))
    length = max(1, tokens / self.parts)
    cut = Int((fraction * Double(length)).rounded())
  }

  /// How many tokens are trained on.
  var trained: Int { parts * cut }

  /// Whether a token is trained on.
  func isTrained(_ place: Int) -> Bool { place - first(place) < cut }

  /// Whether a token is the first of a part, or of its end.
  func startsPiece(_ place: Int) -> Bool {
    let offset = place - first(place)
    return offset == 0 || offset == cut
  }

  /// Where the part of a token begins.
  private func first(_ place: Int) -> Int { min(place / length, parts - 1) * length }
}
