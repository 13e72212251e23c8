/// A horizontal axis of dates, or of places where times have no names that gnuplot can read.
struct TimeAxis {
  private let times: [String]
  private let format: String?

  init(_ times: [String]) {
    self.times = times
    format = times.first.flatMap { first in
      Self.formats.first { pattern, _ in first.wholeMatch(of: pattern) != nil }?.format
    }
  }

  private static var formats: [(pattern: Regex<Substring>, format: String)] {
    [
      (/\d{4}-\d{2}-\d{2}/, "%Y-%m-%d"), (/\d{4}-\d{2}/, "%Y-%m"),
      (/\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}/, "%Y-%m-%d_%H:%M:%S"),
      (/\d{4}\/\d{2}\/\d{2}/, "%Y/%m/%d"), (/\d{2}\.\d{2}\.\d{4}/, "%d.%m.%Y"),
    ]
  }

  /// A place as it stands in a block of data.
  func text(_ place: Int) -> String {
    guard format != nil else { return "\(place)" }
    return String(times[place].map { $0 == " " || $0 == "T" ? "_" : $0 })
  }

  /// A place as it stands in a command.
  func position(_ text: String) -> String { format == nil ? text : Gnuplot.quoted(text) }

  /// What makes gnuplot draw the axis.
  func settings(count: Int) -> String {
    guard let format else { return "set xlabel \"place\"\nset xrange [0:\(max(count - 1, 1))]" }
    let range = [text(0), text(count - 1)].map(Gnuplot.quoted).joined(separator: ":")
    let isShort = count < 2 || text(0).prefix(4) == text(count - 1).prefix(4)
    return """
      set xdata time
      set timefmt \(Gnuplot.quoted(format))
      set format x \(isShort ? "\"%Y-%m-%d\"" : "\"%Y\"")
      set xrange [\(range)]
      """
  }

  /// A name of a time as a field of comma-separated values.
  static func csv(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
