import ArgumentParser
import HDF5
import Training

/// `lockstep dataset stacked`: two tiny sequences, to see every number of a network.
struct StackedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stacked", abstract: "Two tiny sequences, to see every number of a network.",
    discussion: """
      /x is [2, 3, 2]: two sequences of three steps with two numbers each, 0.1, 0.2, … 1.2. There \
      are no targets: the file is for 'lockstep predict RECIPE FILE --print --states'.
      """)

  @Option(name: .shortAndLong, help: "The HDF5 file to write; one that exists is replaced.")
  var output: String

  func run() throws {
    let file = try NewFile(inMemory: output)
    try file.write((1...12).map { Float($0) / 10 }, shape: [2, 3, 2], to: "x")
    try AtomicFile.write([try file.image()], to: output)
    Output.line("\(output): 2 sequences of 3 steps with 2 numbers")
  }
}
