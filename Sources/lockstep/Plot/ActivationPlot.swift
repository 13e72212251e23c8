import Kernels
import Networks

/// Activation functions beside their derivatives, by the kernels that training runs.
struct ActivationPlot {
  private static let points = 401
  private let panels: [Panel]

  /// One function: [points] of x, f(x) and f′(x).
  private struct Panel {
    let name: String
    let x: [Float]
    let y: [Float]
    let slope: [Float]
  }

  init(_ activations: [Activation], range: Double) throws {
    panels = try activations.map { activation throws in
      guard let kernel = activation.elementwise else {
        throw CommandError(
          "'\(activation.name)' sees a whole row and cannot be drawn as a curve; name one that "
            + "sees one number at a time", .usage)
      }
      let step = 2 * range / Double(Self.points - 1)
      let x = (0..<Self.points).map { Float(Double($0) * step - range) }
      let ones = [Float](repeating: 1, count: x.count)
      var (y, slope) = (x, x)
      activate(kernel, count: x.count, x, into: &y)
      activationGradient(
        kernel, count: x.count, kept: kernel.readsInput ? x : y, dy: ones, into: &slope)
      return Panel(name: activation.name, x: x, y: y, slope: slope)
    }
  }

  /// What gnuplot is told, the data included.
  var script: String {
    let blocks = panels.enumerated().map { index, panel in
      let rows = panel.x.indices.map { "\(panel.x[$0]) \(panel.y[$0]) \(panel.slope[$0])" }
      return "$panel\(index) << EOD\n\(rows.joined(separator: "\n"))\nEOD\n"
    }
    let plots = panels.enumerated().map { index, panel in
      """
      set title \(Gnuplot.quoted(panel.name))
      plot $panel\(index) using 1:2 with lines lw 2 lc "#0077bb" title "f(x)", \\
           $panel\(index) using 1:3 with lines lw 2 lc "#cc3311" title "f′(x)"

      """
    }
    let columns = min(panels.count, 2)
    return blocks.joined() + """
      set encoding utf8
      set xlabel "x"
      set key top left
      set grid lt 1 lc "#dddddd"
      set multiplot layout \((panels.count + columns - 1) / columns),\(columns)
      \(plots.joined())unset multiplot

      """
  }
}
