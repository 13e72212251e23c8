import Foundation
import Training

/// A text in which each token stands on the color of its loss.
struct TextSection {
  let record: RunRecord
  private static let levels = 6
  private static let tokens = 3000

  /// Nothing where the run's data is no text.
  func section() -> ReportSection? {
    guard let recipe = try? Recipe.read(path: "\(record.path)/recipe.yaml"),
      let text = try? TextLosses(run: record.path, recipe: recipe, count: Self.tokens)
    else { return nil }
    let isWords = text.tokens.contains { $0.hasSuffix(" ") && $0.count > 2 }
    let unit = isWords ? "word" : "character"
    let source = text.isHeldOut ? "text that it was not trained on" : "the text it was trained on"
    return ReportSection(
      id: "text", title: "What surprises the model",
      content: """
        <p>\(Format.count(text.tokens.count)) \(unit)s of \(source), on average \
        \(Format.metric(text.mean)) nats each. The stronger the color, the less the model expected \
        the \(unit); blind guessing among \(Format.count(text.vocabularyCount)) would cost \
        \(Format.metric(log(Double(text.vocabularyCount)))).</p>
        \(Self.legend(text))
        <div class="text" tabindex="0" role="region" aria-label="Text colored by loss">\(Self.spans(text))</div>
        """)
  }

  /// How strong the color of a loss is: the same step for every part of what blind guessing costs.
  static func level(_ loss: Double, vocabulary: Int) -> Int {
    let part = loss / log(Double(max(vocabulary, 2)))
    return min(max(Int(part * Double(levels)), 0), levels)
  }

  private static func legend(_ text: TextLosses) -> HTML {
    let guess = log(Double(max(text.vocabularyCount, 2)))
    let steps: [HTML] = (0...levels).map { level in
      let from = String(format: "%.1f", guess * Double(level) / Double(levels))
      let label = level == levels ? "\(from) and more" : "from \(from)"
      return "<li><span class=\"l\(level)\">\(label)</span></li>"
    }
    return "<ul class=\"legend\" aria-label=\"Loss in nats\">\(steps)</ul>"
  }

  /// The text in pieces of neighbours with the same color.
  private static func spans(_ text: TextLosses) -> HTML {
    var (result, piece, current) = ("", "", 0)
    for (token, loss) in zip(text.tokens, text.losses) {
      let level = level(loss, vocabulary: text.vocabularyCount)
      if level != current, !piece.isEmpty {
        result += span(piece, current)
        piece = ""
      }
      (piece, current) = (piece + token, level)
    }
    return HTML(trusted: result + span(piece, current))
  }

  private static func span(_ text: String, _ level: Int) -> String {
    let escaped = HTML.escaped(text)
    return level == 0 ? escaped : "<span class=\"l\(level)\">\(escaped)</span>"
  }
}
