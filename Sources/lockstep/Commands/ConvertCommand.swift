import ArgumentParser
import KerasFormat
import Networks
import Training

/// `lockstep convert`: a model of any Keras into the layout that somebody needs.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Write a model in another layout.",
    discussion: """
      Layouts: keras (.keras), weights (.weights.h5), legacy (.h5 for Keras 3), keras2 (.h5 for \
      Keras 2), legacy-weights, universal (one file that every Keras opens), json, npz, safetensors. \
      Without --layout the ending of OUT decides.
      """)

  @Argument(help: "The model: a file of any Keras, or the directory of a run.")
  var source: String
  @Argument(help: "The file to write.")
  var target: String
  @Option(help: "The layout.")
  var layout: ModelLayout?
  @OptionGroup var matching: MatchingOptions

  func run() throws {
    let model = try SavedModel(
      path: TrainedModel.file(of: source), architecture: matching.architecture,
      matching: matching.matching)
    let layout = try layout ?? ModelLayout.of(target)
    try AtomicFile.write([try model.bytes(layout)], to: target)
    for sentence in model.skipped { Output.standardError("lockstep: \(sentence)") }
    print("\(target): \(layout.rawValue), \(model.network.parameterCount) numbers")
  }
}

/// How the weights of a file find their places.
struct MatchingOptions: ParsableArguments {
  @Option(help: "A file with the layers, for weights alone: model.to_json() or another model.")
  var architecture: String?
  @Flag(help: "Match layers by their names; others keep their start.")
  var byName = false
  @Flag(help: "Match the arrays one after the other, wherever layers begin.")
  var byOrder = false
  @Flag(help: "Leave out what does not fit, and say what.")
  var skipMismatch = false

  /// The rule that the flags say.
  var matching: WeightMatching {
    WeightMatching(byName ? .names : byOrder ? .order : .topology, skipsMismatch: skipMismatch)
  }

  func validate() throws {
    if byName && byOrder {
      throw ValidationError("--by-name and --by-order exclude each other.")
    }
  }
}

extension ModelLayout: ExpressibleByArgument {
  /// The layout that the ending of a name stands for.
  static func of(_ path: String) throws -> ModelLayout {
    let order: [ModelLayout] = [.weights, .keras, .legacy, .json, .numpy, .safetensors]
    if let layout = order.first(where: { path.hasSuffix($0.suffix) }) { return layout }
    throw ValidationError(
      "The name '\(path)' does not end like a model's; give --layout: "
        + allCases.map(\.rawValue).joined(separator: ", ") + ".")
  }
}
