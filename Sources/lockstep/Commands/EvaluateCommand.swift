import ArgumentParser
import KerasFormat
import Networks
import Training

/// `lockstep evaluate`: loss and metrics of a model on data.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Compute loss and metrics of a model on data.",
    usage: "lockstep evaluate MODEL DATA [--loss NAME] [--metric NAME ...] [--json]",
    discussion: """
      MODEL is a whole-model HDF5 file of Lockstep or Keras, or the directory of a run. Loss and \
      metrics are those that the model was compiled with, unless others are named. Behind each \
      stands what a naive forecast scores: the mean of the targets, how frequent their classes \
      are, or the last value of a series.

      A series is scored behind its cut if it has windows there; a table shows how far its \
      forecasts are off on both sides, in its own units.
      """)

  @Argument(help: "A model file, a checkpoint or a run.", completion: .file()) var model: String
  @Argument(help: "An HDF5 file with inputs and targets.", completion: .file()) var data: String
  @Option(help: "Keras's name of a loss.") var loss: String?
  @Option(name: .customLong("metric"), parsing: .singleValue, help: "Keras's name of a metric.")
  var metrics: [String] = []
  @OptionGroup var options: DataOptions
  @Flag(help: "Print a JSON object.") var json = false

  func run() throws {
    let (model, dataset) = try TrainedModel.open(
      model, on: data, names: options.names, batchSize: options.batchSize)
    let loss = try loss.map { name throws in try lossValue(.string(name)) }
    let metrics = metrics.isEmpty ? nil : metrics
    let workers = Workers(options.workers)
    let series = dataset as? SeriesDataset
    let rows = series.flatMap { $0.testRows.count > 0 ? $0.testRows : nil }
    let results = try model.evaluate(
      dataset, loss: loss, metrics: metrics, rows: rows, workers: workers)
    let baselines = try model.baselines(dataset, loss: loss, metrics: metrics, rows: rows)
    let report = try series.map { series throws in
      SeriesReport(
        SeriesScores(try SeriesForecast(of: model, series, workers: workers)), of: series)
    }
    guard json else {
      for (name, value) in results {
        Output.line("\(name): \(Format.metric(value))\(baselines.beside(name))")
      }
      report?.lines.forEach { Output.line($0) }
      return
    }
    var object = JSONObject()
    for (name, value) in results { object[name] = .double(value) }
    object["baselines"] = .array(baselines.map { .object($0.object) })
    if let report { object["series"] = .object(report.object) }
    Output.line(JSON.object(object).description)
  }
}
