import ArgumentParser
import Training

/// `lockstep dataset series`: windows of a series out of a CSV file.
struct SeriesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "series", abstract: "Windows of a series of numbers in a CSV file.",
    usage: """
      lockstep dataset series FILE.csv -o OUT.h5 --timesteps N
                       [--column NAME ...] [--target NAME] [--horizon N]
                       [--stride N] [--train-fraction F] [--standardize HOW]
                       [--missing HOW] [--time NAME] [--no-header]
      """,
    discussion: """
      The series is stored once, in its own units, and windows are made as it is read. A window \
      has --timesteps values of each --column; its target is the value of --target so many \
      places behind it as --horizon says. A window begins at every --stride-th place. Training \
      windows lie before the cut that --train-fraction sets, those to validate with behind it, \
      and none straddles it.

      Numbers are standardized by mean and standard deviation of the values before the cut \
      (train), of all (all, as many tutorials do, which lets training know of the future) or not \
      at all (none).
      """)

  @Argument(help: "Comma-separated values with a header.", completion: .file()) var file: String
  @Option(
    name: .customLong("column"), parsing: .singleValue,
    help: "A column that windows show; the first of numbers when left out.")
  var columns: [String] = []
  @Option(help: "The column to be told; the first --column when left out.") var target: String?
  @Option(help: "How many values a window has.") var timesteps: Int
  @Option(help: "How far behind a window its target is.") var horizon = 1
  @Option(help: "How far apart windows begin.") var stride = 1
  @Option(help: "The part of the series before the cut.") var trainFraction = 0.75
  @Option(help: "What numbers are standardized by: train, all, none.")
  var standardize = SeriesWindows.Standardization.train
  @OptionGroup var table: SeriesTableOptions
  @Option(name: .shortAndLong, help: "The HDF5 file to write; one that exists is replaced.")
  var output: String

  func run() throws {
    var read = table.table
    read.columns = columns
    if let target, !columns.isEmpty, !columns.contains(target) { read.columns.append(target) }
    let series = try read.read(path: file)
    let windows = SeriesWindows(
      timesteps: timesteps, horizon: horizon, stride: stride, trainFraction: trainFraction,
      standardization: standardize)
    let dataset = try SeriesDataset(
      series, windows: windows, features: columns.isEmpty ? nil : columns, target: target,
      name: file)
    try dataset.write(to: output)
    report(dataset)
  }

  private func report(_ dataset: SeriesDataset) {
    let series = dataset.series
    let span = series.times.first.flatMap { first in series.times.last.map { (first, $0) } }
    let times = span.map { ", \($0.0) to \($0.1)" } ?? ""
    Output.line(
      "\(output): \(Format.count(series.count)) values of \(series.columns.joined(separator: ", "))"
        + times)
    let cut = dataset.cut < series.count && !series.times.isEmpty ? series.times[dataset.cut] : nil
    Output.line(
      "\(Format.count(dataset.trainingCount)) windows to train on, "
        + "\(Format.count(dataset.testRows.count)) behind the cut"
        + (cut.map { " at \($0)" } ?? ""))
  }
}

/// How a CSV file is read.
struct SeriesTableOptions: ParsableArguments {
  @Option(help: "Where there is no number: error, skip, previous, interpolate.")
  var missing = MissingValues.error
  @Option(help: "The column of times; the first, if it holds no numbers.") var time: String?
  @Flag(name: .customLong("no-header"), help: "The columns have no names: 1, 2, 3, ….")
  var lacksHeader = false

  var table: SeriesTable {
    var table = SeriesTable()
    (table.missing, table.time, table.hasHeader) = (missing, time, !lacksHeader)
    return table
  }
}

extension MissingValues: ExpressibleByArgument {}
extension SeriesWindows.Standardization: ExpressibleByArgument {}
