import ArgumentParser
import KerasFormat
import Networks

/// `lockstep analyze activations`: activation functions with their derivatives.
struct ActivationsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "activations", abstract: "Draw activation functions and their derivatives.",
    usage: "lockstep analyze activations [NAME ...] [-o DIR] [--range X]",
    discussion: """
      Draws activations.png and activations.svg, sigmoid and tanh unless others are named. The \
      curves are what the layers compute, forward and backward.
      """)

  @Argument(help: "Keras's names of activations.") var names: [String] = []
  @Option(help: "The curves go from minus this number to it.") var range = 6.0
  @Option(name: .shortAndLong, help: "Where the pictures go.", completion: .directory)
  var output = "."

  func validate() throws {
    guard range > 0, range <= 1000 else {
      throw ValidationError("--range must be above 0 and up to 1000, not \(range).")
    }
  }

  func run() throws {
    let asked = names.isEmpty ? ["sigmoid", "tanh"] : names
    let plot = try ActivationPlot(
      asked.map { name throws in
        if let activation = Activation(named: name) { return activation }
        throw CommandError(
          "there is no activation '\(name)'"
            + suggestion(for: name, among: Activation.named.map(\.name)), .usage)
      }, range: range)
    try Gnuplot().draw(plot.script, as: "\(output)/activations")
  }
}
