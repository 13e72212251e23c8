import ArgumentParser
import Foundation
import KerasFormat
import Training

/// `lockstep convert`: a model in another layout.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Write a model of any Keras in another layout.",
    usage: "lockstep convert IN OUT [--layout LAYOUT] [--architecture FILE]",
    discussion: """
      LAYOUTS
        keras           a .keras archive, for Keras 3
        weights         weights alone, for Keras 3 (.weights.h5)
        legacy          a whole model in HDF5, for Keras 3 (.h5)
        keras2          a whole model in HDF5, for Keras 2, tf.keras and tf_keras (.h5)
        legacy-weights  weights alone in HDF5, for every Keras (.h5)
        universal       one HDF5 file that every Keras opens (.weights.h5)
        json            the layers alone, as model.to_json() gives them (.json)
        npz             arrays by their paths, for NumPy (.npz)
        safetensors     a state_dict with PyTorch's names and shapes (.safetensors)

      Without --layout the ending of OUT decides. The optimizer's state goes along where the layout \
      has room for it. A self-test goes along too: inputs, and what the model gives for them.

      Layers that Keras does not have become layers of Keras that compute the same, if there are \
      such; npz keeps them as they are.
      """)

  @Argument(help: "A model, weights, a checkpoint or a run.", completion: .file()) var input: String
  @Argument(help: "The file to write; one that exists is replaced.") var output: String
  @Option(help: "What to write.") var layout: ModelLayout?
  @OptionGroup var options: ModelOptions
  @Flag(help: "Leave the optimizer's state out.") var dropOptimizer = false

  func run() throws {
    let layout = try layout ?? ModelLayout.of(output)
    var model = try options.open(try TrainedModel.file(of: input))
    if dropOptimizer { model.optimizer = nil }
    try model.translateOptimizer()
    if model.selfTest == nil { model.selfTest = SelfTest(of: model) }
    if layout != .numpy {
      let (equal, notices) = try model.forKeras()
      for notice in notices { Output.line(notice) }
      model = equal
    }
    try AtomicFile.write([try model.bytes(layout)], to: output)
    let count = Format.count(model.network.parameterCount)
    Output.line("\(output): \(model.network.name), \(count) parameters, layout \(layout.rawValue)")
  }
}

extension ModelLayout: ExpressibleByArgument {
  /// The layout that the ending of a name stands for.
  static func of(_ path: String) throws -> ModelLayout {
    let order: [ModelLayout] = [.weights, .keras, .legacy, .json, .numpy, .safetensors]
    if let layout = order.first(where: { path.hasSuffix($0.suffix) }) { return layout }
    throw CommandError(
      "The ending of '\(path)' does not say what to write; name a layout by --layout: "
        + allCases.map(\.rawValue).joined(separator: ", ") + ".", .usage)
  }
}
