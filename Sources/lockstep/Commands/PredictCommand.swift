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
      The predictions are written as /predictions, one row for each row of the inputs, in order. \
      Targets are not needed.
      """)

  @Argument(help: "A model file, a checkpoint or a run.", completion: .file()) var model: String
  @Argument(help: "An HDF5 file with inputs.", completion: .file()) var data: String
  @Option(name: .shortAndLong, help: "The HDF5 file to write; one that exists is replaced.")
  var output: String
  @OptionGroup var options: DataOptions

  func run() throws {
    let names = DatasetNames(inputs: options.inputs, targets: nil, weights: .none)
    let dataset = try HDF5Dataset(path: data, names: names)
    let model = try TrainedModel(
      path: model, input: dataset.shape.input, batchSize: options.batchSize)
    let writer = try PredictionWriter(path: output, shape: model.outputShape)
    try model.predict(dataset, workers: Workers(options.workers)) { _, rows in
      try writer.append(rows)
    }
    try writer.finish()
    Output.line("\(output): /predictions, \(Format.count(dataset.count)) × \(model.outputShape)")
  }
}

/// Writes predictions row by row; the file appears when it is whole.
private final class PredictionWriter {
  private let writer: DatasetWriter
  private let width: Int

  init(path: String, shape: Shape) throws {
    width = shape.count
    writer = try DatasetWriter(
      path: path, shape: SampleShape(input: shape, target: Shape([0])),
      names: DatasetNames(inputs: "/predictions", targets: nil, weights: .none))
  }

  func append(_ rows: UnsafeBufferPointer<Float>) throws {
    guard let base = rows.baseAddress else { return }
    // The writer only reads, and looks at nothing but what its shape has.
    let memory = UnsafeMutablePointer(mutating: base)
    try writer.append(
      rows.count / width, from: RowMemory(inputs: memory, targets: memory, weights: memory))
  }

  func finish() throws { try writer.finish() }
}
