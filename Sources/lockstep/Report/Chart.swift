import Foundation

/// Curves and points over two axes, drawn by gnuplot in the colors of the page.
struct Chart {
  /// How a series is drawn.
  enum Style {
    case line
    case thin
    case dashed
    case points
  }

  /// Numbers under a name.
  struct Series {
    let name: String
    var style = Style.line
    let color: String
    let points: [(x: Double, y: Double)]
  }

  /// For those who cannot see the picture.
  let title: String
  let xLabel: String
  let yLabel: String
  let series: [Series]
  /// Values that differ by orders of magnitude get a logarithmic axis.
  var isLogarithmic = false
  /// What gnuplot is told beside that.
  var extras = ""

  static let size = (width: 440, height: 280)

  /// Whether there is something to see.
  var isEmpty: Bool { series.allSatisfy { $0.points.count { $0.y.isFinite } == 0 } }

  /// The picture with its caption.
  ///
  /// - Parameters:
  ///   - gnuplot: the program that draws.
  ///   - caption: what is to be seen.
  /// - Returns: a figure.
  /// - Throws: a sentence when gnuplot refuses.
  func figure(_ gnuplot: Gnuplot, caption: HTML) throws -> HTML {
    let svg = try gnuplot.svg(script, width: Self.size.width, height: Self.size.height)
    return """
      <figure>
      \(Drawing(svg).html(size: Self.size, title: title))
      <figcaption>\(caption)</figcaption>
      </figure>
      """
  }

  /// What gnuplot is told, the data included.
  var script: String {
    let blocks = series.enumerated().map { index, series in
      let rows = series.points.filter { $0.y.isFinite && (!isLogarithmic || $0.y > 0) }
      return "$s\(index) << EOD\n" + rows.map { "\($0.x) \($0.y)" }.joined(separator: "\n")
        + "\nEOD\n"
    }
    let curves = series.indices.map { "$s\($0) using 1:2 with \(Self.look(series[$0])) notitle" }
    let keys = series.map { series in
      "keyentry with \(Self.sample(series)) title \(Gnuplot.quoted(series.name))"
    }
    return blocks.joined() + Self.theme + """
      set xlabel \(Gnuplot.quoted(xLabel))
      set ylabel \(Gnuplot.quoted(yLabel))
      \(Axis(series.flatMap { $0.points.map(\.x) })?.range("x") ?? "")
      \(Axis(values, isLogarithmic: isLogarithmic, room: 0.05)?.range("y") ?? "")
      \(extras)
      plot \((curves + keys).joined(separator: ", \\\n     "))

      """
  }

  private var values: [Double] { series.flatMap { $0.points.map(\.y) } }

  /// Axes and letters of all charts.
  static let theme = """
    set border 3 lc rgb \(Drawing.color("grid"))
    set grid lt 1 lw 1 lc rgb \(Drawing.color("grid"))
    set tics nomirror scale 0.4 textcolor rgb \(Drawing.color("muted"))
    set xlabel offset 0,0.4 textcolor rgb \(Drawing.color("muted"))
    set ylabel offset 0.8,0 textcolor rgb \(Drawing.color("muted"))
    set key above horizontal left reverse Left samplen 1.5 textcolor rgb \(Drawing.color("ink"))
    set format "%g"
    set rmargin 3

    """

  /// How a series looks in the key: points are larger there.
  private static func sample(_ series: Series) -> String {
    guard series.style == .points else { return look(series) }
    return "points pt 7 ps 0.7 lc rgb \(Drawing.color(series.color))"
  }

  private static func look(_ series: Series) -> String {
    let color = "lc rgb \(Drawing.color(series.color))"
    return switch series.style {
    case .line where series.points.count == 1, .points:
      "points pt 7 ps \(series.points.count > 300 ? "0.3" : "0.5") \(color)"
    case .line: "lines lw 2 \(color)"
    case .thin: "lines lw 1 \(color)"
    case .dashed: "lines lw 2 dt 2 \(color)"
    }
  }
}
