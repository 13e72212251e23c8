import KerasFormat
import Networks

extension Objective {
  /// The objective in Keras's words, as a model file has it.
  var config: TrainingConfig {
    TrainingConfig(
      outputs.map { output in
        OutputTraining(
          name: output.name, loss: output.loss, weight: output.weight, metrics: output.metrics,
          weightedMetrics: output.weightedMetrics)
      })
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
        "The model '\(path)' has \(shapes.count) outputs (\(names.joined(separator: ", "))), and "
          + "the data has \(targets.count) targets. Name a dataset for each output.", kind: .data)
    }
    let compiled = try saved.training?.outputs(names)
    var asked: [Objective.Output] = []
    for (index, name) in names.enumerated() {
      let (shape, target) = (shapes[index], targets[index])
      let loss = try loss ?? compiled?[index].lossValue()
      try check(loss, shape, target)
      var output = Objective.Output(name, loss: loss, weight: compiled?[index].weight ?? 1)
      if let metrics {
        output.metrics = try metrics.map { try metric($0, shape, target) }
      } else if let compiled {
        (output.metrics, output.weightedMetrics) = try compiled[index].metricValues(
          output: shape, target: target)
      }
      asked.append(output)
    }
    guard asked.contains(where: { $0.loss != nil }) else {
      throw TrainingError("The model '\(path)' was saved without a loss; name one by --loss.")
    }
    return Objective(asked)
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
