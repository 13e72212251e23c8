import ArgumentParser
import KerasFormat
import Networks
import Training

/// `lockstep evaluate`: loss and metrics of a model on data.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Compute loss and metrics of a model on data.",
    usage: "lockstep evaluate MODEL DATA [--loss NAME] [--metric NAME ...] [--json]",
    discussion: """
      MODEL is a whole-model HDF5 file of Lockstep or Keras, or the directory of a run. Loss and \
      metrics are those that the model was compiled with, unless others are named.
      """)

  @Argument(help: "A model file, a checkpoint or a run.", completion: .file()) var model: String
  @Argument(help: "An HDF5 file with inputs and targets.", completion: .file()) var data: String
  @Option(help: "Keras's name of a loss.") var loss: String?
  @Option(name: .customLong("metric"), parsing: .singleValue, help: "Keras's name of a metric.")
  var metrics: [String] = []
  @OptionGroup var options: DataOptions
  @Flag(help: "Print a JSON object.") var json = false

  func run() throws {
    let (model, dataset) = try TrainedModel.open(
      model, on: data, names: options.names, batchSize: options.batchSize)
    let loss = try loss.map { name throws in try lossValue(.string(name)) }
    let results = try model.evaluate(
      dataset, loss: loss, metrics: metrics.isEmpty ? nil : metrics,
      workers: Workers(options.workers))
    guard json else {
      for (name, value) in results { Output.line("\(name): \(Format.metric(value))") }
      return
    }
    var object = JSONObject()
    for (name, value) in results { object[name] = .double(value) }
    Output.line(JSON.object(object).description)
  }
}
