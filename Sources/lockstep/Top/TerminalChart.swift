import Foundation

/// Curves in a terminal, with the ends of both axes named.
struct TerminalChart {
  /// What stands above.
  let title: String
  /// What stands below the horizontal axis.
  let xLabel: String
  /// Names with points; the first is drawn last, over the others.
  let series: [(name: String, points: [(x: Double, y: Double)])]
  /// Characters on a line.
  let columns: Int
  /// Lines of the canvas.
  let rows: Int

  private static let colors = ["36", "33", "32", "35"]
  private static let margin = 10

  /// The lines: title with legend, canvas with the vertical axis, horizontal axis.
  func lines(colored: Bool) -> [String] {
    let points = series.flatMap(\.points).filter { $0.y.isFinite && $0.x.isFinite }
    guard let left = points.map(\.x).min(), let right = points.map(\.x).max(),
      let low = points.map(\.y).min(), let high = points.map(\.y).max()
    else { return [title, "  nothing to draw yet"] }
    let isLogarithmic = low > 0 && high / low > 20
    let scale = { (value: Double) in isLogarithmic ? log(value) : value }
    var canvas = BrailleCanvas(columns: max(columns - Self.margin - 2, 10), rows: rows)
    let place = { [canvas] (point: (x: Double, y: Double)) -> (x: Int, y: Int) in
      (
        Self.dot(point.x, left, right, canvas.width),
        Self.dot(scale(point.y), scale(low), scale(high), canvas.height)
      )
    }
    for (index, curve) in series.enumerated().reversed() {
      let dots = curve.points.filter { $0.y.isFinite && $0.x.isFinite }.map(place)
      for (one, next) in zip(dots, dots.dropFirst()) { canvas.line(one, next, owner: index) }
      if dots.count == 1 { canvas.set(dots[0].x, dots[0].y, owner: index) }
    }
    let drawn = canvas.lines { character, owner in
      colored ? Self.painted(String(character), owner) : String(character)
    }
    let framed = drawn.enumerated().map { row, line in
      let label = row == 0 ? Format.metric(high) : row == rows - 1 ? Format.metric(low) : ""
      return Self.padded(label) + (label.isEmpty ? " │" : " ┤") + line
    }
    return [head(colored)] + framed + axis(left, right, canvas.columns)
  }

  /// The title, and what each color is where there are several.
  private func head(_ colored: Bool) -> String {
    let text = Self.padded("") + "  " + title
    guard series.count > 1, colored else { return text }
    let names = series.enumerated().map { Self.painted("⣿ \($1.name)", $0) }
    return text + ":  " + names.joined(separator: "  ")
  }

  private func axis(_ left: Double, _ right: Double, _ width: Int) -> [String] {
    let (first, last) = (Self.whole(left), Self.whole(right) + " " + xLabel)
    let space = max(1, width - first.count - last.count)
    return [
      Self.padded("") + " └" + String(repeating: "─", count: width),
      Self.padded("") + "  " + first + String(repeating: " ", count: space) + last,
    ]
  }

  private static func dot(_ value: Double, _ low: Double, _ high: Double, _ count: Int) -> Int {
    guard high > low else { return count / 2 }
    return Int(((value - low) / (high - low) * Double(count - 1)).rounded())
  }

  private static func whole(_ value: Double) -> String {
    Int(exactly: value).map(Format.count) ?? Format.metric(value)
  }

  private static func padded(_ text: String) -> String {
    String(repeating: " ", count: max(0, margin - text.count)) + text
  }

  private static func painted(_ text: String, _ owner: Int) -> String {
    "\u{1B}[\(colors[owner % colors.count])m\(text)\u{1B}[0m"
  }
}
