import Training

/// What a model tells of a series over what came, with the cut between training and test.
struct ForecastPlot {
  private let forecast: SeriesForecast
  private let dataset: SeriesDataset
  private let title: String

  init(run: String, name: String, _ dataset: SeriesDataset) throws {
    let model = try TrainedModel(path: run, input: dataset.shape.input)
    forecast = try SeriesForecast(of: model, dataset)
    self.dataset = dataset
    title = "\(name): \(dataset.target)"
  }

  /// What gnuplot is told, the data included: all of the series above, what is behind the cut below.
  var script: String {
    let axis = TimeAxis(dataset.series.times)
    let parts = [("$training", forecast.training), ("$test", forecast.test)].map { name, points in
      "\(name) << EOD\n"
        + points.map { "\(axis.text($0.place)) \($0.actual) \($0.predicted)" }
        .joined(separator: "\n") + "\nEOD\n"
    }
    let last = dataset.series.count - 1
    let hasTest = !forecast.test.isEmpty
    let cut = axis.text(min(dataset.cut, last))
    let settings = """
      \(axis.settings(count: dataset.series.count))
      set grid lt 1 lc "#dddddd"
      set key tmargin right horizontal
      set lmargin 9
      set ylabel \(Gnuplot.quoted(dataset.target))
      set multiplot layout \(hasTest ? 2 : 1),1 title \(Gnuplot.quoted(title))

      """
    let line = """
      set arrow 1 from \(axis.position(cut)), graph 0 to \(axis.position(cut)), graph 1 nohead dt 2 lc "#666666"
      set label 1 " test" at \(axis.position(cut)), graph 0.06 left tc "#666666"

      """
    let whole = """
      plot \(Self.curves("$training", "")), \\
           \(hasTest ? Self.curves("$test", " behind the cut", isSecond: true) : "NaN notitle")

      """
    let part = """
      unset arrow 1
      unset label 1
      set xrange [\(axis.position(cut)):\(axis.position(axis.text(last)))]
      plot \(Self.curves("$test", ""))

      """
    return parts.joined() + settings + (hasTest ? line : "") + whole + (hasTest ? part : "")
      + "unset multiplot\n"
  }

  private static func curves(_ block: String, _ suffix: String, isSecond: Bool = false) -> String {
    let color = block == "$test" ? "#cc3311" : "#0077bb"
    let actual = isSecond ? "notitle" : "title \"actual\""
    return "\(block) using 1:2 with lines lw 1.5 lc \"#000000\" \(actual), "
      + "\(block) using 1:3 with lines lw 1 lc \"\(color)\" title \"forecast\(suffix)\""
  }
}
