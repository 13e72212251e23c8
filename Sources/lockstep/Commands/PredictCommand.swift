import ArgumentParser
import HDF5
import Networks
import Training

/// `lockstep predict`: the outputs of a model for data.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Compute the outputs of a model for data.",
    usage: "lockstep predict MODEL DATA -o OUT.h5 [--inputs NAME]",
    discussion: """
      The predictions are written as /predictions, one row for each row of the inputs, in order; \
      those of a model with several outputs as /predictions/NAME. Targets are not needed.
      """)

  @Argument(help: "A model file, a checkpoint or a run.", completion: .file()) var model: String
  @Argument(help: "An HDF5 file with inputs.", completion: .file()) var data: String
  @Option(name: .shortAndLong, help: "The HDF5 file to write; one that exists is replaced.")
  var output: String
  @OptionGroup var options: DataOptions

  func run() throws {
    let (model, dataset) = try TrainedModel.open(
      model, on: data, names: options.inputNames, batchSize: options.batchSize)
    let names = Self.names(model)
    let shape = SampleShape(inputs: model.outputShapes, targets: [Shape([0])])
    let writer = try DatasetWriter(
      path: output, shape: shape, names: DatasetNames(inputs: names, targets: [], weights: .none))
    try model.predict(dataset, workers: Workers(options.workers)) { batch, rows in
      guard let base = rows.baseAddress else { return }
      // The writer only reads, and looks at nothing but what its shape has.
      let memory = UnsafeMutablePointer(mutating: base)
      try writer.append(
        batch.rows, from: RowMemory(inputs: memory, targets: memory, weights: memory))
    }
    try writer.finish()
    for (name, shape) in zip(names, model.outputShapes) {
      Output.line("\(output): \(name), \(Format.count(dataset.count)) × \(shape)")
    }
  }

  /// A dataset for the only output, or one for each below a group.
  private static func names(_ model: TrainedModel) -> [String] {
    let outputs = model.outputNames
    if outputs.count == 1 { return ["/predictions"] }
    return outputs.map { "/predictions/\($0.replacing("/", with: "_"))" }
  }
}
