/// Bars beside names, each in parts that follow one another, drawn by gnuplot in the colors of the
/// page.
struct BarChart {
  /// For those who cannot see the picture.
  let title: String
  let xLabel: String
  /// The parts that every bar has; without names where there is only one.
  var parts: [(name: String?, color: String)] = [(nil, "s1")]
  /// A name, and the length of each part.
  let bars: [(name: String, values: [Double])]

  private var size: (width: Int, height: Int) {
    let key = parts.count > 1 ? 30 : 0
    return (Chart.size.width, 70 + key + 30 * max(bars.count, 2))
  }

  /// The picture with its caption.
  ///
  /// - Parameters:
  ///   - gnuplot: the program that draws.
  ///   - caption: what is to be seen.
  /// - Returns: a figure.
  /// - Throws: a sentence when gnuplot refuses.
  func figure(_ gnuplot: Gnuplot, caption: HTML) throws -> HTML {
    let svg = try gnuplot.svg(script, width: size.width, height: size.height)
    return """
      <figure>
      \(Drawing(svg).html(size: size, title: title))
      <figcaption>\(caption)</figcaption>
      </figure>
      """
  }

  /// What gnuplot is told: a box from where the last part ended, for each part of each bar.
  var script: String {
    let blocks = parts.indices.map { part in
      let rows = bars.enumerated().map { row, bar in
        let start = bar.values.prefix(part).reduce(0, +)
        return "\(start) \(row) \(start) \(start + bar.values[part])"
      }
      return "$p\(part) << EOD\n" + rows.joined(separator: "\n") + "\nEOD\n"
    }
    let names = bars.enumerated().map { "\(Gnuplot.quoted($1.name)) \($0)" }
    let boxes = parts.enumerated().map { index, part in
      "$p\(index) using 1:2:3:4:($2-0.36):($2+0.36) with boxxyerror fs solid 1 noborder "
        + "lc rgb \(Drawing.color(part.color)) "
        + (part.name.map { "title \(Gnuplot.quoted($0))" } ?? "notitle")
    }
    return blocks.joined() + Chart.theme + """
      set xlabel \(Gnuplot.quoted(xLabel))
      set ytics (\(names.joined(separator: ", "))) scale 0
      set grid noytics
      set border 1
      \(Axis([0] + bars.map { $0.values.reduce(0, +) })?.range("x") ?? "")
      set yrange [\(max(bars.count, 2)) - 0.5:-0.5]
      plot \(boxes.joined(separator: ", \\\n     "))

      """
  }
}
