import ArgumentParser
import Networks
import Training

/// `lockstep predict`: the outputs of a model for data.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Compute the outputs of a model for data.",
    usage: """
      lockstep predict MODEL DATA -o OUT.h5 [--inputs NAME]
      lockstep predict MODEL DATA --row N
      lockstep predict MODEL DATA --print [--states]
      """,
    discussion: """
      The predictions are written as /predictions, one row for each row of the inputs, in order; \
      those of a model with several outputs as /predictions/NAME. Targets are not needed.

      --row prints the prediction of one row, beside its targets where the data has them. --print \
      prints every output with its name and shape, and with --states what the recurrent layers \
      remember after the last step: h, and of an LSTM c.

      MODEL may be a recipe too: that is its model before the first step.
      """)

  @Argument(
    help: "A model file, a checkpoint, a run or a recipe.", completion: .file())
  var model: String
  @Argument(help: "An HDF5 file with inputs.", completion: .file()) var data: String
  @Option(name: .shortAndLong, help: "The HDF5 file to write; one that exists is replaced.")
  var output: String?
  @Option(help: "Print the prediction of this row; the first is 0.") var row: Int?
  @Flag(name: .customLong("print"), help: "Print all outputs.") var prints = false
  @Flag(help: "Print the last states of recurrent layers too.") var states = false
  @OptionGroup var options: DataOptions

  func validate() throws {
    guard output != nil || row != nil || prints else {
      throw ValidationError("Say what to do with the predictions: -o OUT.h5, --row N or --print.")
    }
    guard !states || prints || row != nil else {
      throw ValidationError("--states goes with --print or --row.")
    }
    guard row ?? 0 >= 0 else { throw ValidationError("--row must not be negative.") }
  }

  func run() throws {
    let (model, dataset) = try open(options.inputNames)
    if let output { try write(model, dataset, to: output) }
    guard row != nil || prints else { return }
    if let row, row >= dataset.count {
      throw CommandError(
        "'\(data)' has \(Format.count(dataset.count)) rows, the last of which is "
          + "\(dataset.count - 1), and no row \(row)", .usage)
    }
    let printer = PredictionPrinter(model: model, workers: Workers(options.workers))
    if let row {
      // Targets are shown where there are any.
      let paired = (try? open(options.names))?.data
      try printer.printRow(row, of: paired ?? dataset, hasTargets: paired != nil)
    }
    if prints { try printer.printAll(of: dataset) }
    guard states else { return }
    let rows = row.flatMap { prints ? nil : RowSet($0..<$0 + 1, of: dataset.count) }
    try printer.printStates(of: dataset, rows)
  }

  private func open(_ names: DatasetNames) throws -> (model: TrainedModel, data: any Dataset) {
    guard model.hasSuffix(".yaml") || model.hasSuffix(".yml") else {
      return try TrainedModel.open(model, on: data, names: names, batchSize: options.batchSize)
    }
    let recipe = try Recipe.read(path: model)
    return try TrainedModel.open(
      untrained: recipe, on: data, names: names, batchSize: options.batchSize)
  }

  private func write(_ model: TrainedModel, _ dataset: any Dataset, to output: String) throws {
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
