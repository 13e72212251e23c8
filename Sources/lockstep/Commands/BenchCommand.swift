import ArgumentParser
import KerasFormat
import Training

/// `lockstep bench`: how long whole training steps take here.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time whole training steps of networks of several sizes.",
    usage: """
      lockstep bench [--shape NAME] [--seconds S] [--workers N] [--json]
      lockstep bench --reader FILE.h5 [--order ORDER] [--seconds S] [--json]
      """,
    discussion: """
      A step is forward, loss, backward and update on random data that is in memory. GFLOP/s \
      counts the operations of the products that the step needs, and nothing else.

        \(BenchShape.all.map { "\($0.name.padded(to: 9))\($0.summary)" }.joined(separator: "\n  "))

      With --reader it times how fast rows of a dataset become batches of \
      \(ReaderBenchmark.batchSize): in the order of the file, shuffled in blocks as \
      a file larger than memory is, and shuffled uniformly by way of scratch space.
      """)

  @Option(help: "Which network; all when left out.") var shape: String?
  @Option(help: "Time reading this dataset instead.") var reader: String?
  @Option(help: "How it is read: file, blocks or uniform; all when left out.")
  var order: String?
  @Option(help: "How long to measure each.") var seconds = 3.0
  @Option(help: "How many threads work.") var workers: Int?
  @Flag(help: "Print a JSON object for each.") var json = false

  func validate() throws {
    let names = BenchShape.all.map(\.name)
    if let shape, !names.contains(shape) {
      throw ValidationError("Unknown shape '\(shape)'\(suggestion(for: shape, among: names))")
    }
    let orders = ReaderBenchmark.Order.allCases.map(\.rawValue)
    if let order, !orders.contains(order) {
      throw ValidationError("Unknown order '\(order)'\(suggestion(for: order, among: orders))")
    }
    guard reader == nil || shape == nil, reader != nil || order == nil else {
      throw ValidationError("--shape is for training steps, and --order for --reader.")
    }
    guard seconds > 0, seconds < 1e6 else { throw ValidationError("--seconds must be positive.") }
    guard workers ?? 1 > 0 else { throw ValidationError("--workers must be positive.") }
  }

  func run() throws {
    if let reader { return try read(reader) }
    let workers = Workers(workers)
    let peak = workers.peak()
    if !json {
      Output.line(Self.line(["Shape", "Median, ms", "Least", "p99", "GFLOP/s", "Of peak"]))
    }
    for shape in BenchShape.all where self.shape == nil || shape.name == self.shape {
      let result = try StepBenchmark(shape, workers: workers).measure(seconds: seconds)
      Output.line(
        json
          ? result.json(shape, workers, peak: peak).description
          : Self.line(result.row(shape, peak: peak)))
    }
    guard !json else { return }
    Output.line()
    Output.line(
      String(
        format: "Peak  %.0f GFLOP/s: multiply-adds on registers alone, %d workers at once",
        peak / 1e9, workers.count))
  }

  private func read(_ path: String) throws {
    let benchmark = try ReaderBenchmark(path: path)
    if !json { Output.line(Self.line(["Order", "Rows/s", "MB/s"])) }
    let all = ReaderBenchmark.Order.allCases
    for order in all where self.order == nil || order.rawValue == self.order {
      let result = try benchmark.measure(order, seconds: seconds)
      Output.line(json ? result.json(path).description : Self.line(result.row))
    }
  }

  /// A name and numbers beneath those of the line before, which is there already: huge steps take long.
  private static func line(_ cells: [String]) -> String {
    cells[0].padded(to: 7)
      + cells.dropFirst().map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
  }
}

extension String {
  /// The text with spaces behind it up to a length.
  func padded(to length: Int) -> String {
    self + String(repeating: " ", count: max(0, length - count))
  }
}
