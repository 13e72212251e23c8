import KerasFormat
import Networks

extension Objective {
  /// The objective in Keras's words, as a model file has it.
  var config: TrainingConfig {
    let metrics = outputs.flatMap { $0.metrics.map(\.name) }
    if outputs.count == 1 {
      return TrainingConfig(loss: outputs[0].loss.map(lossConfig) ?? .null, metrics: metrics)
    }
    var losses = JSONObject()
    for output in outputs { losses[output.name] = output.loss.map(lossConfig) ?? .null }
    return TrainingConfig(loss: .object(losses), metrics: metrics)
  }
}

extension TrainedModel {
  /// The objective to score the model by.
  ///
  /// - Parameters:
  ///   - targets: the shape of each target of the data.
  ///   - loss: the loss of every output; nil for those that the model was compiled with.
  ///   - metrics: Keras's names, for every output; nil for those that the model was compiled with.
  /// - Returns: the objective.
  /// - Throws: a sentence when model and data cannot be compared so.
  func objective(
    _ targets: [Shape], _ loss: (any Loss)?, _ metrics: [String]?
  ) throws -> Objective {
    let (names, shapes) = (outputNames, outputShapes)
    guard targets.count == shapes.count else {
      throw TrainingError(
        "The model '\(path)' has \(shapes.count) outputs (\(names.joined(separator: ", "))), and the "
          + "data has \(targets.count) targets. Name a dataset for each output.", kind: .data)
    }
    let losses = try loss.map { loss in names.map { _ in loss } } ?? compiledLosses(names)
    guard losses.contains(where: { $0 != nil }) else {
      throw TrainingError("The model '\(path)' was saved without a loss; name one by --loss.")
    }
    var asked: [Objective.Output] = []
    for (index, name) in names.enumerated() {
      try check(losses[index], shapes[index], targets[index])
      let metrics = try (metrics ?? saved.training?.metrics ?? []).map { name in
        try metric(name, shapes[index], targets[index])
      }
      asked.append(Objective.Output(name, loss: losses[index], metrics: metrics))
    }
    return Objective(asked)
  }

  /// The loss of each output, from a list, a section by names, or one for all.
  private func compiledLosses(_ names: [String]) throws -> [(any Loss)?] {
    let none = names.map { _ -> (any Loss)? in nil }
    guard let compiled = saved.training?.loss, !compiled.isNull else { return none }
    func loss(_ json: JSON?) throws -> (any Loss)? {
      guard let json, !json.isNull else { return nil }
      return try lossValue(json, source: .file(.keras3))
    }
    if let list = compiled.array, list.count == names.count { return try list.map(loss) }
    if names.contains(where: { compiled[$0] != nil }) {
      return try names.map { try loss(compiled[$0]) }
    }
    return try names.map { _ in try loss(compiled) }
  }

  private func check(_ loss: (any Loss)?, _ output: Shape, _ target: Shape) throws {
    guard let loss, !loss.targetShapes(for: output).contains(target) else { return }
    throw TrainingError(
      "The model '\(path)' puts out \(output), which the loss '\(loss.name)' cannot compare "
        + "with targets of \(target).", kind: .data)
  }

  private func metric(_ name: String, _ output: Shape, _ target: Shape) throws -> any Metric {
    if let metric = try Networks.metric(named: name, output: output, target: target) {
      return metric
    }
    throw TrainingError("Unknown metric '\(name)'\(suggestion(for: name, among: metricNames))")
  }
}
