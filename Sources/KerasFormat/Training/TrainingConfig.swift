import Networks

/// What a model was compiled with, as `training_config` or `compile_config` says.
///
/// Each part stands for all outputs at once, in one of Keras's forms: one for all, a list in the order
/// of the outputs, or an object by their names. `outputs(_:)` takes it apart.
public struct TrainingConfig: Sendable, Equatable {
  /// Keras's description of the losses.
  public var loss: JSON
  /// The factors of the losses; null where all are one.
  public var lossWeights: JSON
  /// Keras's descriptions of the metrics.
  public var metrics: JSON
  /// Keras's descriptions of the metrics that sample weights count in.
  public var weightedMetrics: JSON
  /// Who wrote it.
  public var source: ConfigSource

  /// A description of what was compiled.
  public init(
    loss: JSON, lossWeights: JSON = .null, metrics: JSON = .null, weightedMetrics: JSON = .null,
    source: ConfigSource = .file(.keras3)
  ) {
    self.loss = loss
    self.lossWeights = lossWeights
    self.metrics = metrics
    self.weightedMetrics = weightedMetrics
    self.source = source
  }

  /// A description for files of a model with one output.
  public init(loss: any Loss, metrics: [any Metric] = [], weightedMetrics: [any Metric] = []) {
    self.init([
      OutputTraining(
        name: "", loss: loss, metrics: metrics, weightedMetrics: weightedMetrics)
    ])
  }

  /// A description for files that we write, of all outputs in the model's order.
  public init(_ outputs: [OutputTraining]) {
    func joined<Part>(_ part: (OutputTraining) -> Part, _ json: (Part) -> JSON) -> JSON {
      if outputs.count == 1 { return json(part(outputs[0])) }
      return .array(outputs.map { json(part($0)) })
    }
    func list(_ metrics: KeyPath<OutputTraining, [JSON]>) -> JSON {
      if outputs.allSatisfy({ $0[keyPath: metrics].isEmpty }) { return .null }
      return joined({ $0[keyPath: metrics] }, JSON.array)
    }
    let weights = outputs.map(\.weight)
    self.init(
      loss: joined(\.loss) { $0 },
      lossWeights: weights.allSatisfy { $0 == 1 } ? .null : .array(weights.map(JSON.double)),
      metrics: list(\.metrics), weightedMetrics: list(\.weightedMetrics))
  }

  /// Reads `training_config` of any Keras, or `compile_config` of Keras 3.
  ///
  /// - Parameters:
  ///   - json: the object.
  ///   - source: who wrote it.
  public init(json: JSON, source: ConfigSource = .file(.keras3)) {
    func part(_ key: String) -> JSON { json[key].map(unpacked) ?? .null }
    self.init(
      loss: part("loss"), lossWeights: part("loss_weights"), metrics: part("metrics"),
      weightedMetrics: part("weighted_metrics"), source: source)
  }

  /// The loss of a model with one output.
  ///
  /// - Returns: the loss.
  /// - Throws: a sentence that names the loss or option that we do not have.
  public func lossValue() throws(KerasFormatError) -> any Loss {
    try KerasFormat.lossValue(loss, source: source)
  }

  /// The names of all metrics, for people.
  public var metricNames: [String] { names(metrics) + names(weightedMetrics) }

  /// The attribute as Keras 3 writes it.
  func json(optimizer: OptimizerState) -> JSON {
    [
      "loss": loss, "loss_weights": lossWeights, "metrics": metrics,
      "weighted_metrics": weightedMetrics, "run_eagerly": false, "steps_per_execution": 1,
      "jit_compile": false,
      "optimizer_config": [
        "class_name": .string(optimizer.storedClassName), "config": .object(optimizer.config),
      ],
    ]
  }
}

/// Keras 3 writes Python's tuples as objects; to us they are lists.
private func unpacked(_ json: JSON) -> JSON {
  switch json {
  case .array(let values): return .array(values.map(unpacked))
  case .object(let object):
    if json["class_name"] == "__tuple__" {
      return unpacked(json["config"]?["value"] ?? json["items"] ?? .array([]))
    }
    var result = JSONObject()
    for (key, value) in object.pairs { result[key] = unpacked(value) }
    return .object(result)
  default: return json
  }
}

private func names(_ json: JSON) -> [String] {
  switch json {
  case .string(let name): return [name]
  case .array(let values): return values.flatMap(names)
  case .object(let object):
    guard let className = json["class_name"]?.string else {
      return object.pairs.flatMap { names($0.value) }
    }
    return [functionName(json) ?? json["config"]?["name"]?.string ?? className]
  default: return []
  }
}
