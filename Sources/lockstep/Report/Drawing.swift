import Foundation

/// A picture of gnuplot's as part of a page: its colors become the page's, so that they follow light
/// and dark, points become one path, and what is repeated for every stroke goes.
struct Drawing {
  /// The colors that charts use, with the page's names for them.
  static let colors: [(rgb: [Int], name: String)] = [
    ([1, 1, 1], "ink"), ([2, 2, 2], "muted"), ([3, 3, 3], "grid"), ([4, 4, 4], "grid-strong"),
    ([11, 1, 1], "s1"),
    ([12, 1, 1], "s2"), ([13, 1, 1], "s3"), ([14, 1, 1], "s4"),
  ]

  /// The color of that name as gnuplot is told.
  static func color(_ name: String) -> String {
    let rgb = colors.first { $0.name == name }?.rgb ?? [0, 0, 0]
    return "\"#" + rgb.map { String(format: "%02x", $0) }.joined() + "\""
  }

  private static let replacements: [(String, String)] = {
    let named = colors.flatMap { rgb, name -> [(String, String)] in
      let padded = rgb.map { String(format: "%3d", $0) }.joined(separator: ", ")
      let plain = rgb.map(String.init).joined(separator: ",")
      return [("rgb(\(padded))", "var(--\(name))"), ("rgb(\(plain))", "var(--\(name))")]
    }
    return named + [
      ("color=\"black\"", "color=\"var(--ink)\""), ("fill=\"black\"", "fill=\"var(--ink)\""),
      (" stroke-linecap=\"butt\" stroke-linejoin=\"miter\"", ""),
      (" font-family=\"sans-serif\"", ""),
      (" class=\"gridline\"", ""),
    ]
  }()

  private var lines: [String] = []
  /// Points that wait for the last of their color.
  private var points: (color: String, radius: String, path: String)?

  /// - Parameter svg: what gnuplot's terminal `svg` gave.
  init(_ svg: String) {
    var isInside = false
    for line in svg.split(separator: "\n") {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.hasPrefix("<g id=\"gnuplot_canvas\"") { isInside = true }
      if line == "<defs>" { isInside = false }
      if line == "</defs>" { isInside = true }
      guard isInside, line != "</defs>", line != "</svg>" else { continue }
      add(line)
    }
    flush()
  }

  /// The picture with a text for those who cannot see it.
  ///
  /// - Parameters:
  ///   - size: width and height that gnuplot drew for.
  ///   - title: the text.
  /// - Returns: an element of a page.
  func html(size: (width: Int, height: Int), title: String) -> HTML {
    let content = HTML(trusted: lines.joined(separator: "\n"))
    return """
      <svg viewBox="0 0 \(size.width) \(size.height)" role="img" aria-label="\(title)">
      \(content)
      </svg>
      """
  }

  private mutating func add(_ line: String) {
    if let point = Self.point(line) { return add(point) }
    flush()
    var line = line
    if let title = line.range(of: "<title>"), let end = line.range(of: "</title>") {
      line.removeSubrange(title.lowerBound..<end.upperBound)
    }
    for (old, new) in Self.replacements { line = line.replacingOccurrences(of: old, with: new) }
    line = line.replacingOccurrences(of: "id=\"gnuplot_", with: "class=\"")
    // A group without content.
    if line == "</g>", let last = lines.last, last.hasPrefix("<g "), last.hasSuffix(">"),
      !last.hasSuffix("/>"), !last.contains("</g>")
    {
      lines.removeLast()
    } else if !line.isEmpty {
      lines.append(line)
    }
  }

  // MARK: Points

  /// `<use xlink:href='#gpPt6' transform='translate(1.00,2.00) scale(2.10)' color='…'/>`.
  private static func point(
    _ line: String
  ) -> (place: Substring, radius: String, color: String)? {
    guard line.hasPrefix("<use xlink:href='#gpPt6'") else { return nil }
    let parts = line.split(separator: "'")
    guard parts.count >= 6, let place = parts[3].split(separator: "(").dropFirst().first,
      let scale = parts[3].split(separator: "(").last?.dropLast()
    else { return nil }
    return (place.prefix { $0 != ")" }, String(scale), String(parts[5]))
  }

  private mutating func add(_ point: (place: Substring, radius: String, color: String)) {
    if points?.color != point.color || points?.radius != point.radius {
      flush()
      points = (point.color, point.radius, "")
    }
    points?.path += "M\(point.place)h0"
  }

  private mutating func flush() {
    guard let (color, radius, path) = points else { return }
    points = nil
    let width = String(format: "%.1f", 2 * (Double(radius) ?? 1))
    add(
      "<path fill=\"none\" stroke=\"\(color)\" stroke-opacity=\"0.6\" stroke-linecap=\"round\" "
        + "stroke-width=\"\(width)\" d=\"\(path)\"/>")
  }
}
