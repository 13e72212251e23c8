import ArgumentParser
import Training

/// `lockstep fingerprint`: a checksum of a model's weights.
struct FingerprintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fingerprint", abstract: "Print a checksum of all weights of a model.",
    discussion: """
      SHA-256 over the weights as 32-bit floats, in the order in which the layers have them. Two \
      runs of the same recipe, data and seed end with the same one, whatever the number of \
      workers, and whether they were interrupted or not.
      """)

  @Argument(help: "A model file, a checkpoint or a run.", completion: .file()) var file: String

  func run() throws {
    let model = try TrainedModel(path: file)
    Output.line("\(model.fingerprint)  \(file)")
  }
}
