import KerasFormat
import Networks
import Training

/// A model as a table, like Keras's `summary()`, with what it costs.
struct ModelInspection {
  private let stored: StoredModel
  private let model: SavedModel
  private let state: JSON?
  private let batchSize: Int
  private let listsWeights: Bool

  init(
    _ stored: StoredModel, _ options: ModelOptions, batchSize: Int, listsWeights: Bool
  ) throws {
    self.stored = stored
    let plan = try ShardPlan(batchSize: batchSize)
    model = try SavedModel(
      stored, architecture: options.architecture.map { try StoredModel.read(path: $0) },
      rows: plan.shardRows, matching: options.matching, testsItself: !options.ignoreSelfTest)
    state = try stored.extraAttributes["lockstep@state"].map { try JSON(parsing: $0) }
    self.batchSize = batchSize
    self.listsWeights = listsWeights
  }

  func print() throws {
    Output.line("Model '\(model.network.name)' in \(stored.name)")
    Output.line(stored.writer)
    for input in model.description.model.inputs { Output.line("Input \(input)") }
    Output.line()
    layers.lines.forEach { Output.line($0) }
    Output.line()
    totals.forEach { Output.line($0) }
    report.forEach { Output.line($0) }
    if listsWeights {
      Output.line()
      weights.lines.forEach { Output.line($0) }
    }
  }

  private var layers: Table {
    var table = Table(
      ["Layer (type)", "Output shape", "Parameters", "FLOPs/sample"], rightAligned: [2, 3])
    for layer in model.network.summaries {
      table.add([
        "\(layer.name) (\(layer.className))",
        layer.outputs.map(\.description).joined(separator: ", "),
        Format.count(layer.parameters), Format.count(layer.flops),
      ])
    }
    return table
  }

  /// How large the gates are, whether the self-test holds, and what is odd.
  private var report: [String] {
    let report = WeightReport(model)
    var lines = report.gates.filter { $0.sizes.count > 1 }.map { cell in
      let sizes = cell.sizes.map { "\($0.gate) \(Format.metric($0.size))" }
      let bias = cell.forgetBias.map { ", forget bias \(Format.metric($0))" } ?? ""
      return "Gates       \(cell.name): \(sizes.joined(separator: ", "))\(bias)"
    }
    if let test = model.selfTest {
      lines.append("Self-test   holds for \(test.outputs.count) outputs")
    }
    lines += (model.skipped + report.oddities).map { "Odd         \($0)" }
    return lines
  }

  private var weights: Table {
    var table = Table(["Weight", "Shape", "Parameters"], rightAligned: [2])
    for parameter in model.network.parameters {
      let shape = parameter.slot.shape.map(String.init).joined(separator: ", ")
      table.add([parameter.path, "(\(shape))", Format.count(parameter.slot.count)])
    }
    return table
  }

  private var totals: [String] {
    let network = model.network
    let trained = model.trainedParameters.reduce(0) { $0 + $1.slot.count }
    let flops = network.summaries.reduce(0) { $0 + $1.flops }
    var lines = [
      "Parameters  \(Format.count(network.parameterCount)) (\(bytes(network.parameterCount))), "
        + "\(Format.count(trained)) trained",
      "FLOPs       \(Format.count(flops)) a sample forward, about three times that to train",
      "Memory      \(memory)",
    ]
    if let training = model.training {
      let metrics =
        training.metricNames.isEmpty
        ? "" : ", " + training.metricNames.joined(separator: ", ")
      lines.append("Loss        \(training.loss.string ?? training.loss.description)\(metrics)")
    }
    if let optimizer = model.optimizer {
      let step = optimizer.iteration.map { ", step \(Format.count($0))" } ?? ""
      let rate = optimizer.learningRate.map { ", learning rate \($0)" } ?? ""
      lines.append("Optimizer   \(optimizer.className)\(step)\(rate)")
    }
    if let state, let epoch = state["epoch"]?.int, let batch = state["batch"]?.int {
      lines.append("Run         \(epoch) epochs and \(batch) batches of the next done")
    }
    return lines
  }

  /// What training takes with one worker, beside the batches: as many gradients as a worker's part
  /// of the tree has levels, weights packed, and one shard's activations.
  private var memory: String {
    let network = model.network
    let moments = model.optimizer.map { $0.variables.filter { !$0.shape.isEmpty } } ?? []
    let held = moments.reduce(0) { $0 + $1.shape.reduce(1, *) }
    let fixed = 3 * network.parameterCount + network.panelCount + held
    return "\(bytes(fixed)) for training and \(bytes(network.workspaceCount)) a worker, at "
      + "\(batchSize) rows a batch"
  }

  private func bytes(_ floats: Int) -> String {
    Format.bytes(floats * MemoryLayout<Float>.stride)
  }
}
