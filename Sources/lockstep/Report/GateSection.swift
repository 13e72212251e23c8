import Training

/// How often the gates of each recurrent layer are closed or open as far as they go.
struct GateSection {
  let record: RunRecord
  let gnuplot: Gnuplot
  private static let rows = 500

  /// Nothing where no layer is recurrent, or the data is gone.
  func section() throws -> ReportSection? {
    guard let recipe = try? Recipe.read(path: "\(record.path)/recipe.yaml"),
      let statistics = try? statistics(recipe), !statistics.layers.isEmpty
    else { return nil }
    let figures = try statistics.layers.map { layer in try figure(layer) }
    let rows = statistics.layers.flatMap { layer in
      layer.gates.map { gate in
        [
          "\(layer.name), \(gate.part.rawValue)", Format.metric(gate.mean),
          TimeSection.percent(gate.low), TimeSection.percent(gate.high),
        ]
      }
    }
    return ReportSection(
      id: "gates", title: "Gates",
      content: """
        <p>Where a gate is closed (below 0.1) or open (above 0.9), and where an output is beyond \
        ±0.9, slopes vanish and little is learned. Measured over \
        \(Format.count(statistics.rows)) rows.</p>
        \(ReportSection.figures(figures))
        \(HTML.table(["gate", "mean", "low", "high"], rows, caption: "Gates of each layer"))
        """)
  }

  private func statistics(_ recipe: Recipe) throws -> GateStatistics {
    let path = recipe.data.validation ?? recipe.data.train
    let (model, data) = try TrainedModel.open(record.path, on: path, names: recipe.data.names)
    return try GateStatistics(of: model, on: data, rows: Self.rows)
  }

  private func figure(_ layer: GateStatistics.Layer) throws -> HTML {
    let bars = layer.gates.map { gate in
      (
        name: gate.part.rawValue,
        values: [100 * gate.low, 100 * (1 - gate.low - gate.high), 100 * gate.high]
      )
    }
    let chart = BarChart(
      title: "Saturation of the gates of \(layer.name)", xLabel: "% of all steps and units",
      parts: [("low", "s1"), ("between", "grid-strong"), ("high", "s2")], bars: bars)
    let most = layer.gates.max { $0.saturation < $1.saturation }
    return try chart.figure(
      gnuplot,
      caption: """
        <strong>\(layer.name)</strong> (\(layer.className), \(layer.units) units): the \
        \(most?.part.rawValue ?? "") is at its ends most often, \
        \(TimeSection.percent(most?.saturation ?? 0)).
        """)
  }
}
