import ArgumentParser
import Foundation
import KerasFormat
import Training

/// `lockstep analyze gates`: how far open the gates of a model stand.
struct GatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gates", abstract: "Measure how saturated the gates of a model are.",
    usage: "lockstep analyze gates MODEL DATA [--rows N] [--json] [-o DIR]",
    discussion: """
      For each gate of each recurrent layer: its mean, the share of its numbers below 0.1 (closed) \
      and above 0.9 (open), and a histogram of ten bins; for outputs, which go from -1 to 1, the \
      shares below -0.9 and above 0.9. Where most are at the ends, slopes vanish and little is \
      learned. Masked steps do not count.

      With -o a picture, gates.png and gates.svg, goes into a directory; gnuplot draws it.
      """)

  @Argument(help: "A model file, a checkpoint or a run.", completion: .file()) var model: String
  @Argument(help: "An HDF5 file with inputs.", completion: .file()) var data: String
  @Option(help: "How many rows are read at most.") var rows = 1000
  @Flag(help: "Print a JSON object.") var json = false
  @Option(name: .shortAndLong, help: "Where the picture goes.", completion: .directory)
  var output: String?
  @OptionGroup var options: DataOptions

  func validate() throws {
    guard rows > 0 else { throw ValidationError("--rows must be positive, not \(rows).") }
  }

  func run() throws {
    let (trained, dataset) = try TrainedModel.open(
      model, on: data, names: options.inputNames, batchSize: options.batchSize)
    let statistics = try GateStatistics(of: trained, on: dataset, rows: rows)
    guard !statistics.layers.isEmpty else {
      throw CommandError("the model '\(model)' has no recurrent layer", .data)
    }
    if json {
      Output.line(statistics.json.description)
    } else {
      table(statistics).lines.forEach { Output.line($0) }
    }
    guard let output else { return }
    try Gnuplot().draw(GatePlot(statistics).script, as: "\(output)/gates")
  }

  private func table(_ statistics: GateStatistics) -> Table {
    var table = Table(
      ["Layer", "Gate", "Mean", "Low", "High", "Histogram"], rightAligned: [2, 3, 4])
    for layer in statistics.layers {
      for (index, gate) in layer.gates.enumerated() {
        table.add([
          index == 0 ? "\(layer.name) (\(layer.className))" : "",
          "\(gate.part.symbol) \(gate.part.rawValue)", String(format: "%.3f", gate.mean),
          percent(gate.low), percent(gate.high), bars(gate.histogram),
        ])
      }
    }
    return table
  }

  private func percent(_ share: Double) -> String { String(format: "%.1f%%", 100 * share) }

  /// The histogram as ten characters.
  private func bars(_ histogram: [Int]) -> String {
    let most = max(histogram.max() ?? 1, 1)
    let levels = Array(" ▁▂▃▄▅▆▇█")
    return "│"
      + String(histogram.map { levels[$0 == 0 ? 0 : 1 + $0 * (levels.count - 2) / most] }) + "│"
  }
}
