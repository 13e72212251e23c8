import Networks

/// What one output of a model was compiled with.
public struct OutputTraining: Sendable, Equatable {
  /// The output's name, that of the layer it comes from.
  public var name: String
  /// Keras's description of the loss; null where nothing is trained.
  public var loss: JSON
  /// The loss's factor in the sum over all outputs.
  public var weight: Double
  /// Keras's descriptions of the metrics.
  public var metrics: [JSON]
  /// Keras's descriptions of the metrics that sample weights count in.
  public var weightedMetrics: [JSON]
  /// Who wrote the descriptions.
  public var source: ConfigSource

  /// Descriptions as they are.
  public init(
    name: String, loss: JSON, weight: Double = 1, metrics: [JSON] = [],
    weightedMetrics: [JSON] = [], source: ConfigSource = .file(.keras3)
  ) {
    self.name = name
    self.loss = loss
    self.weight = weight
    self.metrics = metrics
    self.weightedMetrics = weightedMetrics
    self.source = source
  }

  /// Descriptions for files that we write.
  public init(
    name: String, loss: (any Loss)?, weight: Double = 1, metrics: [any Metric] = [],
    weightedMetrics: [any Metric] = []
  ) {
    self.init(
      name: name, loss: loss.map(lossConfig) ?? .null, weight: weight,
      metrics: Self.configs(metrics), weightedMetrics: Self.configs(weightedMetrics))
  }

  /// Keras's descriptions of the metrics that Keras has.
  private static func configs(_ metrics: [any Metric]) -> [JSON] {
    metrics.filter { !($0 is LanguageMetric) }.map(metricConfig)
  }

  /// The loss; nil where nothing is trained.
  ///
  /// - Returns: the loss.
  /// - Throws: a sentence that names the loss or option that we do not have.
  public func lossValue() throws(KerasFormatError) -> (any Loss)? {
    loss.isNull ? nil : try KerasFormat.lossValue(loss, source: source)
  }

  /// The metrics for the shapes of an output and its targets.
  ///
  /// - Parameters:
  ///   - output: the shape of one sample's predictions.
  ///   - target: the shape of one sample's targets.
  /// - Returns: the metrics, and those that sample weights count in.
  /// - Throws: a sentence that names the metric or option that we do not have, or what does not fit.
  public func metricValues(
    output: Shape, target: Shape
  ) throws(KerasFormatError) -> (plain: [any Metric], weighted: [any Metric]) {
    var all: [any Metric] = []
    for json in metrics + weightedMetrics {
      all.append(try metricValue(json, output: output, target: target, source: source))
    }
    return (Array(all.prefix(metrics.count)), Array(all.dropFirst(metrics.count)))
  }
}
