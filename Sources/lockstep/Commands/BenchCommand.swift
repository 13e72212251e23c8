import ArgumentParser
import KerasFormat
import Training

/// `lockstep bench`: how long whole training steps take here.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time whole training steps of networks of several sizes.",
    usage: "lockstep bench [--shape NAME] [--seconds S] [--workers N] [--json]",
    discussion: """
      A step is forward, loss, backward and update on random data that is in memory.

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
    if !json {
      Output.line("shape      median      min      p99   ms a step, \(workers.count) workers")
    }
    for shape in BenchShape.all where self.shape == nil || shape.name == self.shape {
      let result = try StepBenchmark(shape, workers: workers).measure(seconds: seconds)
      Output.line(json ? result.json(shape.name, workers).description : result.line(shape.name))
    }
  }
}

extension String {
  /// The text with spaces behind it up to a length.
  func padded(to length: Int) -> String {
    self + String(repeating: " ", count: max(0, length - count))
  }
}
