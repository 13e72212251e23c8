import ArgumentParser
import KerasFormat
import Networks

/// How a model of any Keras is opened.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What says the layers, for a file with weights alone.",
      discussion: "Another model, or what model.to_json() gives."),
    completion: .file())
  var architecture: String?
  @Flag(help: "Give weights to layers of the same name; others keep their initial ones.")
  var byName = false
  @Flag(help: "Take the arrays one after the other, wherever layers begin.") var byOrder = false
  @Flag(help: "Leave out what does not fit, and say what that is.") var skipMismatch = false
  @Flag(help: "Take a model as it is, though it does not compute what its self-test says.")
  var ignoreSelfTest = false

  func validate() throws {
    guard !(byName && byOrder) else {
      throw ValidationError("--by-name and --by-order exclude each other.")
    }
  }

  var matching: WeightMatching {
    WeightMatching(
      byName ? .names : byOrder ? .order : .topology, skipsMismatch: skipMismatch)
  }

  /// Opens a model, and says what was left out.
  func open(_ path: String, rows: Int = 1, inputs: [Shape]? = nil) throws -> SavedModel {
    let model = try SavedModel(
      path: path, architecture: architecture, rows: rows, inputs: inputs, matching: matching,
      testsItself: !ignoreSelfTest)
    for sentence in model.skipped { Output.warning(sentence) }
    return model
  }
}
