import ArgumentParser
import KerasFormat
import Training

/// `lockstep inspect`: what is in a file.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what is in a model, checkpoint, weights or data file.",
    usage: "lockstep inspect FILE [--weights] [--rows N] [--batch-size N]",
    discussion: """
      Models of any Keras: who wrote them, layers with output shapes, parameters and operations, \
      memory, how far training is, how large the gates are, and anything odd. Data: names, shapes, types, chunks, filters, and the range of the first rows.
      """)

  @Argument(help: "An HDF5 file, or a run.", completion: .file()) var file: String
  @Option(help: "Look at the values of so many rows.") var rows = 10_000
  @Option(help: "The batch size that memory is stated for.") var batchSize = 32
  @Flag(help: "List the weights one by one.") var weights = false
  @OptionGroup var options: ModelOptions

  func validate() throws {
    guard rows >= 0 else { throw ValidationError("--rows must not be negative.") }
    guard batchSize > 0 else { throw ValidationError("--batch-size must be positive.") }
  }

  func run() throws {
    let path = try TrainedModel.file(of: file)
    if DataInspection.isTooLarge(path) { return try DataInspection.print(path, rows: rows) }
    let stored: StoredModel
    do {
      stored = try StoredModel.read(path: path)
    } catch let error as KerasFormatError where error.isForeignHDF5 {
      return try DataInspection.print(path, rows: rows)
    }
    guard stored.config != nil || options.architecture != nil else {
      return StoredInspection(stored).print()
    }
    try ModelInspection(stored, options, batchSize: batchSize, listsWeights: weights).print()
  }
}
