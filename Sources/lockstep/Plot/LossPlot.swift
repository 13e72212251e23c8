/// The loss of each update that a run has written down, and the loss that follows it slowly.
struct LossPlot {
  private let runs: [RunRecord]

  init(_ runs: [RunRecord]) { self.runs = runs }

  /// What gnuplot is told, the data included; nil where no update is written down.
  var script: String? {
    var blocks = ""
    var curves: [String] = []
    for (index, run) in runs.enumerated() {
      let (losses, smoothed) = (run.byStep("loss"), run.byStep("smoothed_loss"))
      guard !losses.isEmpty else { continue }
      let color = index + 1
      blocks += Self.block("$loss\(index)", losses)
      // One run's batches are pale behind its smoothed loss.
      let width = smoothed.isEmpty ? "lw 1.5" : "lw 0.5"
      curves.append(
        "$loss\(index) with lines lc \(color) \(width) title \(Gnuplot.quoted(run.name))")
      guard !smoothed.isEmpty else { continue }
      blocks += Self.block("$smoothed\(index)", smoothed)
      let title = Gnuplot.quoted("\(run.name), smoothed")
      curves.append("$smoothed\(index) with lines lc \(color) lw 3 title \(title)")
    }
    guard !curves.isEmpty else { return nil }
    return blocks + Self.style + "plot " + curves.joined(separator: ", \\\n     ") + "\n"
  }

  private static func block(_ name: String, _ points: [(x: Double, y: Double)]) -> String {
    let rows = points.map { "\($0.x) \($0.y)" }
    return "\(name) << EOD\n" + rows.joined(separator: "\n") + "\nEOD\n"
  }

  private static let style = """
    set xlabel "step"
    set ylabel "loss of a batch"
    set key top right
    set grid lt 1 lc "#dddddd"

    """
}
