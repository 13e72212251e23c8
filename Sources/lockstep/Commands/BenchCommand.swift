import ArgumentParser
import KerasFormat
import Training

/// `lockstep bench`: how long whole training steps take here.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time whole training steps of networks of several sizes.",
    usage: "lockstep bench [--shape NAME] [--seconds S] [--workers N] [--json]",
    discussion: """
      A step is forward, loss, backward and update on random data that is in memory. GFLOP/s \
      counts the operations of the products that the step needs, and nothing else.

        \(BenchShape.all.map { "\($0.name.padded(to: 9))\($0.summary)" }.joined(separator: "\n  "))
      """)

  @Option(help: "Which network; all when left out.") var shape: String?
  @Option(help: "How long to measure each.") var seconds = 3.0
  @Option(help: "How many threads work.") var workers: Int?
  @Flag(help: "Print a JSON object for each.") var json = false

  func validate() throws {
    let names = BenchShape.all.map(\.name)
    if let shape, !names.contains(shape) {
      throw ValidationError("Unknown shape '\(shape)'\(suggestion(for: shape, among: names))")
    }
    guard seconds > 0, seconds < 1e6 else { throw ValidationError("--seconds must be positive.") }
    guard workers ?? 1 > 0 else { throw ValidationError("--workers must be positive.") }
  }

  func run() throws {
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
