import Networks

/// What a model was compiled with, as the attribute `training_config` says.
public struct TrainingConfig: Sendable, Equatable {
  /// Keras's description of the loss; `lossValue()` translates it.
  public var loss: JSON
  /// The names of the metrics.
  public var metrics: [String]

  /// A description of what was compiled.
  public init(loss: JSON, metrics: [String]) {
    self.loss = loss
    self.metrics = metrics
  }

  /// A description for files that we write.
  public init(loss: any Loss, metrics: [String]) {
    self.init(loss: lossConfig(loss), metrics: metrics)
  }

  /// The loss that the description names.
  ///
  /// - Returns: the loss.
  /// - Throws: a sentence that names the loss or option that we do not have.
  public func lossValue() throws(KerasFormatError) -> any Loss {
    try KerasFormat.lossValue(loss, source: .file(.keras3))
  }

  /// Reads `training_config` of any Keras, or `compile_config` of Keras 3.
  ///
  /// Metrics that have no name of their own are left out: they change nothing that is computed.
  init(json: JSON) {
    loss = json["loss"] ?? .null
    metrics = Self.names(json["metrics"] ?? .null)
  }

  /// The attribute as Keras 3 writes it.
  func json(optimizer: OptimizerState) -> JSON {
    [
      "loss": loss, "loss_weights": nil,
      "metrics": metrics.isEmpty ? nil : .array(metrics.map(JSON.string)),
      "weighted_metrics": nil, "run_eagerly": false, "steps_per_execution": 1,
      "jit_compile": false,
      "optimizer_config": [
        "class_name": .string(optimizer.storedClassName), "config": .object(optimizer.config),
      ],
    ]
  }

  private static func names(_ json: JSON) -> [String] {
    switch json {
    case .string(let name): return [name]
    case .array(let values): return values.flatMap(names)
    case .object:
      let config = json["config"]
      let name = config?["fn"]?.string ?? config?.string ?? config?["name"]?.string
      return (name ?? json["class_name"]?.string).map { [$0] } ?? []
    default: return []
    }
  }
}
