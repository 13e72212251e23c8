import ArgumentParser
import Foundation
import Training

/// `lockstep plot`: pictures of runs.
struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw training curves, and predictions against targets.",
    usage: "lockstep plot RUN ... [-o DIR] [--metric NAME] [--curves-only]",
    discussion: """
      curves.png and curves.svg show a metric of one or more runs over the epochs, validation \
      dashed. scatter.png and scatter.svg show the predictions of each run's model against the \
      targets of its validation rows, or of its training data; for a run on a series forecast.png \
      and forecast.svg show its forecasts over what came instead. gnuplot draws them.

      The pictures of one run go into its directory, those of several into the current one, \
      unless -o names another.
      """)

  @Argument(help: "Directories of runs.", completion: .directory) var runs: [String]
  @Option(help: "What the curves show; the first metric, or the loss, when left out.")
  var metric: String?
  @Option(name: .shortAndLong, help: "Where the pictures go.", completion: .directory)
  var output: String?
  @Option(help: "How many rows the scatter shows at most.") var rows = 2000
  @Flag(help: "Draw the curves only.") var curvesOnly = false

  func validate() throws {
    guard !runs.isEmpty else { throw ValidationError("Name the directory of a run.") }
    guard rows > 0 else { throw ValidationError("--rows must be positive.") }
  }

  func run() throws {
    let folder = output ?? (runs.count == 1 ? runs[0] : ".")
    let gnuplot = try Gnuplot()
    let histories = try runs.map { path throws in try RunHistory(path) }
    let curves = CurvePlot(histories, metric: metric)
    try gnuplot.draw(try curves.script(), as: "\(folder)/curves")
    let records = try runs.map { path throws in try RunRecord(path) }
    if let script = LossPlot(records).script { try gnuplot.draw(script, as: "\(folder)/loss") }
    guard !curvesOnly else { return }
    for (run, history) in zip(runs, histories) {
      let suffix = runs.count == 1 ? "" : "-\(history.name)"
      let recipe = try Recipe.read(path: "\(run)/recipe.yaml")
      let data = recipe.data.validation ?? recipe.data.train
      switch try DatasetFormat(path: data) {
      case .series:
        let plot = try ForecastPlot(
          run: run, name: history.name, try SeriesDataset(path: data))
        try gnuplot.draw(plot.script, as: "\(folder)/forecast\(suffix)")
      case .samples:
        let plot = try ScatterPlot(run: run, name: history.name, rows: rows)
        try gnuplot.draw(plot.script, as: "\(folder)/scatter\(suffix)")
      // What comes next in a text is no number to compare.
      case .text: break
      }
    }
  }
}
