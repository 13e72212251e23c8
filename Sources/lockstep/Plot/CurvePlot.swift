import KerasFormat

/// A metric of some runs over the epochs, validation dashed.
struct CurvePlot {
  private let histories: [RunHistory]
  private let metric: String

  init(_ histories: [RunHistory], metric: String?) {
    self.histories = histories
    self.metric = metric ?? histories[0].usualMetric
  }

  /// What gnuplot is told, the data included.
  func script() throws -> String {
    var blocks = ""
    var curves: [String] = []
    for (index, history) in histories.enumerated() {
      guard let values = history.values(metric) else {
        throw CommandError(
          "the run '\(history.name)' has no '\(metric)'"
            + suggestion(for: metric, among: history.columns), .usage)
      }
      // A line through one point is not seen.
      let marks = values.count > 1 ? "with lines" : "with points pt 7"
      let color = "lc \(index + 1) lw 2"
      blocks += block("$train\(index)", history, values)
      curves.append("$train\(index) \(marks) \(color) title \(Gnuplot.quoted(history.name))")
      guard let validation = history.values("val_\(metric)") else { continue }
      blocks += block("$validation\(index)", history, validation)
      let title = Gnuplot.quoted("\(history.name), validation")
      curves.append("$validation\(index) \(marks) \(color) dt 2 title \(title)")
    }
    return blocks + style + "plot " + curves.joined(separator: ", \\\n     ") + "\n"
  }

  private func block(_ name: String, _ history: RunHistory, _ values: [Double]) -> String {
    let epochs = history.values("epoch") ?? []
    let rows = zip(epochs, values).map { "\($0) \($1)" }
    return "\(name) << EOD\n" + rows.joined(separator: "\n") + "\nEOD\n"
  }

  /// Errors shrink by orders of magnitude, so they get a logarithmic axis; accuracies do not.
  private var style: String {
    let values = histories.flatMap { $0.values(metric) ?? [] }.filter(\.isFinite)
    let isLogarithmic = !metric.contains("acc") && values.allSatisfy { $0 > 0 }
    // Whole epochs only, about ten of them named.
    let tics = max(1, ((histories.compactMap { $0.values("epoch")?.count }.max() ?? 1) + 9) / 10)
    return """
      set xlabel "epoch"
      set ylabel \(Gnuplot.quoted(metric))
      \(isLogarithmic ? "set logscale y" : "unset logscale")
      set key top right
      set grid lt 1 lc "#dddddd"
      set xtics \(tics)

      """
  }
}
