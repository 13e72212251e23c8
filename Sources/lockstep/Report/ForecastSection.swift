import Training

/// What the run's model tells of a series, beside what came.
struct ForecastSection {
  let record: RunRecord
  let gnuplot: Gnuplot

  /// Nothing where the data is no series, or gone.
  func section() throws -> ReportSection? {
    guard let recipe = try? Recipe.read(path: "\(record.path)/recipe.yaml"),
      let dataset = try? SeriesDataset(path: recipe.data.validation ?? recipe.data.train),
      let model = try? TrainedModel(path: record.path, input: dataset.shape.input),
      let forecast = try? SeriesForecast(of: model, dataset)
    else { return nil }
    var figures = [
      try figure(forecast.training + forecast.test, dataset, "All of the series")
    ]
    if forecast.test.count > 1, !forecast.training.isEmpty {
      figures.append(try figure(forecast.test, dataset, "Behind the cut", color: "s2"))
    }
    return ReportSection(
      id: "predictions", title: "Forecasts",
      content: "\(ReportSection.figures(figures))\(Self.table(forecast, dataset))")
  }

  private func figure(
    _ points: [SeriesForecast.Point], _ dataset: SeriesDataset, _ title: String,
    color: String = "s1"
  ) throws -> HTML {
    let places = points.map { Double($0.place) }
    let series = [
      Chart.Series(name: "actual", color: "ink", points: Array(zip(places, points.map(\.actual)))),
      Chart.Series(
        name: "forecast", style: .thin, color: color,
        points: Array(zip(places, points.map(\.predicted)))),
    ]
    var chart = Chart(
      title: "\(title): forecasts of \(dataset.target) and what came", xLabel: "time",
      yLabel: dataset.target, series: series)
    chart.extras = Self.marks(points, dataset)
    return try chart.figure(
      gnuplot,
      caption: """
        <strong>\(title)</strong>: \(Format.count(points.count)) forecasts of \(dataset.target)\
        \(Self.span(points, dataset)).
        """)
  }

  /// Four times by their names, and the cut where it lies inside.
  private static func marks(_ points: [SeriesForecast.Point], _ dataset: SeriesDataset) -> String {
    guard let first = points.first?.place, let last = points.last?.place, first < last else {
      return ""
    }
    var lines: [String] = []
    if !dataset.series.times.isEmpty {
      let names = (0...3).map { part in
        let place = first + (last - first) * part / 3
        return "\(Gnuplot.quoted(String(dataset.series.times[place].prefix(10)))) \(place)"
      }
      lines.append("set xtics (\(names.joined(separator: ", ")))\nset rmargin 6")
    }
    if dataset.cut > first, dataset.cut <= last {
      lines.append(
        "set arrow 1 from \(dataset.cut), graph 0 to \(dataset.cut), graph 1 nohead dt 2 lc rgb "
          + Drawing.color("muted"))
    }
    return lines.joined(separator: "\n")
  }

  private static func span(_ points: [SeriesForecast.Point], _ dataset: SeriesDataset) -> String {
    guard let first = points.first?.place, let last = points.last?.place,
      !dataset.series.times.isEmpty
    else { return "" }
    return " from \(dataset.series.times[first]) to \(dataset.series.times[last])"
  }

  /// How far forecasts are off, the model's beside those that learn nothing.
  private static func table(_ forecast: SeriesForecast, _ dataset: SeriesDataset) -> HTML {
    let parts = [("before the cut", forecast.training), ("behind the cut", forecast.test)]
    let rows = parts.filter { !$0.1.isEmpty }.flatMap { name, points in
      [
        ["\(name), the model", rmse(points) { $0.predicted - $0.actual }],
        ["\(name), the last value", rmse(points) { $0.last - $0.actual }],
      ]
    }
    return HTML.table(
      ["", "RMSE"], rows, caption: "Distance of forecasts of \(dataset.target), in its own units")
  }

  private static func rmse(
    _ points: [SeriesForecast.Point], _ distance: (SeriesForecast.Point) -> Double
  ) -> String {
    let squares = points.reduce(0) { $0 + distance($1) * distance($1) }
    return Format.metric((squares / Double(max(points.count, 1))).squareRoot())
  }
}
