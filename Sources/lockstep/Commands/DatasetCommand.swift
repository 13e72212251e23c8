import ArgumentParser
import Training

/// `lockstep dataset …`: makes datasets to try things on.
struct DatasetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset", abstract: "Make a dataset to try things on.",
    subcommands: [
      MaxMinCommand.self, SeriesCommand.self, TextCommand.self, StackedCommand.self,
    ])
}

/// `lockstep dataset maxmin`: the largest and the smallest number of a sequence.
struct MaxMinCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maxmin", abstract: "Sequences of 60 numbers, with their maximum and minimum.",
    discussion: """
      /x is [rows, 60, 1]: uniform in [-1, 1), each row scaled by a factor in [0.5, 1.5) and \
      shifted by one number in [-1, 1). /y is [rows, 2]: maximum and minimum. Rows depend on the \
      seed alone, so more rows begin with the same ones.
      """)

  @Option(help: "How many sequences.") var rows = 10_000
  @Option(help: "What the numbers are a function of.") var seed: UInt64 = 0
  @Option(name: .shortAndLong, help: "The HDF5 file to write; one that exists is replaced.")
  var output: String

  func validate() throws {
    guard rows > 0 else { throw ValidationError("--rows must be positive, not \(rows).") }
  }

  func run() throws {
    try MaxMin(seed: seed).write(rows: rows, to: output)
    Output.line("\(output): \(Format.count(rows)) sequences of 60 numbers, seed \(seed)")
  }
}
