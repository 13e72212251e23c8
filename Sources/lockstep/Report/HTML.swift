/// Text that may stand in a page as it is: what is put into a literal is escaped, unless it is HTML
/// itself.
///
///     let paragraph: HTML = "<p>\(name)</p>"
struct HTML: ExpressibleByStringInterpolation {
  let text: String

  /// Takes text that is HTML already.
  init(trusted text: String) { self.text = text }

  init(stringLiteral value: String) { text = value }

  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// Pieces one after the other.
  init(_ pieces: [HTML]) { text = pieces.map(\.text).joined(separator: "\n") }

  /// What becomes of the parts of a literal.
  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ value: HTML) { text += value.text }
    mutating func appendInterpolation(_ values: [HTML]) { text += HTML(values).text }
    mutating func appendInterpolation(_ value: Int) { text += "\(value)" }
    mutating func appendInterpolation(_ value: String) { text += HTML.escaped(value) }
  }

  /// Text with the characters replaced that would mean something else, and without those that no
  /// page may hold.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension HTML {
  /// A table with a header; the first column names the row, the others hold numbers.
  static func table(_ header: [String], _ rows: [[String]], caption: String) -> HTML {
    let head: [HTML] = header.map { "<th scope=\"col\">\($0)</th>" }
    let body: [HTML] = rows.map { row in
      let cells: [HTML] = row.dropFirst().map { "<td>\($0)</td>" }
      return "<tr><th scope=\"row\">\(row.first ?? "")</th>\(cells)</tr>"
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table>
      <caption>\(caption)</caption>
      <thead><tr>\(head)</tr></thead>
      <tbody>\(body)</tbody>
      </table></div>
      """
  }
}
