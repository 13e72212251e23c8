import ArgumentParser
import HDF5
import Training

/// `lockstep inspect`: what is in a file.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what is in a model, checkpoint, weights or data file.",
    usage: "lockstep inspect FILE [--weights] [--rows N] [--batch-size N]",
    discussion: """
      Models: layers with output shapes, parameters and operations, memory, and how far training \
      is. Data: names, shapes, types, chunks, filters, and the range of the first rows.
      """)

  @Argument(help: "An HDF5 file, or a run.", completion: .file()) var file: String
  @Option(help: "Look at the values of so many rows.") var rows = 10_000
  @Option(help: "The batch size that memory is stated for.") var batchSize = 32
  @Flag(help: "List the weights one by one.") var weights = false

  func validate() throws {
    guard rows >= 0 else { throw ValidationError("--rows must not be negative.") }
    guard batchSize > 0 else { throw ValidationError("--batch-size must be positive.") }
  }

  func run() throws {
    let path = try TrainedModel.file(of: file)
    let attributes = try File(reading: path).root.attributes
    if try attributes.contains("model_config") {
      try ModelInspection(path, batchSize: batchSize, listsWeights: weights).print()
    } else {
      try DataInspection(path, rows: rows).print()
    }
  }
}
