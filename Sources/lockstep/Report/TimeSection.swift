/// Where the time went: by phase, and how busy each worker was.
struct TimeSection {
  let record: RunRecord
  let gnuplot: Gnuplot

  private static let names = [
    "data": "waiting for data", "gradients": "forward, backward", "update": "update",
    "validation": "validation", "checkpoints": "checkpoints",
  ]

  func section() throws -> ReportSection? {
    let phases = record.phases
    let total = phases.reduce(0) { $0 + $1.seconds }
    guard total > 0 else { return nil }
    let bars = phases.map { (name: Self.names[$0.name] ?? $0.name, values: [$0.seconds]) }
    let largest = bars.max { $0.values[0] < $1.values[0] }
    let chart = BarChart(title: "Seconds by phase", xLabel: "seconds", bars: bars)
    let caption: HTML = """
      <strong>Time by phase</strong>: \(largest?.name ?? "") took \
      \(Self.percent((largest?.values[0] ?? 0) / total)) of \(Format.time(total)).
      """
    let figures = [try chart.figure(gnuplot, caption: caption)] + (try workers(phases))
    let rows = bars.map { bar in
      [bar.name, Format.metric(bar.values[0]), Self.percent(bar.values[0] / total)]
    }
    return ReportSection(
      id: "time", title: "Time",
      content: """
        \(ReportSection.figures(figures))
        \(HTML.table(["phase", "seconds", "share"], rows, caption: "Time by phase"))
        """)
  }

  /// How much of the time for gradients each worker was at work.
  private func workers(_ phases: [(name: String, seconds: Double)]) throws -> [HTML] {
    let busy = record.busy
    guard let all = phases.first(where: { $0.name == "gradients" })?.seconds, all > 0,
      !busy.isEmpty
    else { return [] }
    let bars = busy.enumerated().map { index, seconds in
      let share = min(100 * seconds / all, 100)
      return (name: "worker \(index + 1)", values: [share, 100 - share])
    }
    let chart = BarChart(
      title: "How busy each worker was", xLabel: "% of the time for gradients",
      parts: [("at work", "s1"), ("waiting", "grid-strong")], bars: bars)
    let mean = busy.reduce(0, +) / Double(busy.count) / all
    return [
      try chart.figure(
        gnuplot,
        caption: """
          <strong>Workers</strong>: on average each was at work for \(Self.percent(mean)) of the \
          forward and backward passes.
          """)
    ]
  }

  static func percent(_ share: Double) -> String {
    share > 0 && share < 0.005 ? "<1%" : "\(Int((100 * share).rounded()))%"
  }
}
