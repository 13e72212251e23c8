import Networks
import Tensors

/// What training makes small and what is reported with it, for each output of a network.
public struct Objective: Sendable {
  /// What is asked of one output.
  public struct Output: Sendable {
    /// The output's name, which stands before those of its loss and metrics where there are several.
    public var name: String
    /// What training makes small; nil for an output that is not trained.
    public var loss: (any Loss)?
    /// How much the loss counts in the sum of all.
    public var weight: Double
    /// What is reported, whatever the weights of the samples.
    public var metrics: [any Metric]
    /// What is reported by the weights of the samples.
    public var weightedMetrics: [any Metric]
    /// What the classes of the targets weigh in training; nil where all weigh the same.
    public var classWeights: ClassWeights?

    /// A loss and the metrics beside it.
    public init(
      _ name: String, loss: (any Loss)?, weight: Double = 1, metrics: [any Metric] = [],
      weightedMetrics: [any Metric] = [], classWeights: ClassWeights? = nil
    ) {
      self.name = name
      self.loss = loss
      self.weight = weight
      self.metrics = metrics
      self.weightedMetrics = weightedMetrics
      self.classWeights = classWeights
    }
  }

  /// What is asked of each output.
  public let outputs: [Output]
  /// Where each output's sums are in a row of a ledger.
  let sums: [OutputSums]
  /// Where the sum of penalties is, and after it the rows; nil where weights have none.
  let penalty: Int?
  /// How many sums a row of a ledger has.
  let width: Int

  /// A loss and the metrics beside it, for a network with one output.
  public init(_ loss: any Loss, metrics: [any Metric] = []) {
    self.init([Output("output", loss: loss, metrics: metrics)])
  }

  /// Losses and metrics of several outputs.
  public init(_ outputs: [Output]) { self.init(outputs, isPenalized: false) }

  private init(_ outputs: [Output], isPenalized: Bool) {
    self.outputs = outputs
    var next = 0
    sums = outputs.map { OutputSums($0, &next) }
    penalty = isPenalized ? next : nil
    width = isPenalized ? next + 2 : next
  }

  /// The same with the penalties of a network's weights, if it has any.
  func penalized(_ network: Network) -> Objective {
    let isPenalized = network.parameters.contains { $0.isTrained && $0.regularizer != nil }
    return Objective(outputs, isPenalized: isPenalized)
  }

  /// The loss of the first output, which is the only one of many networks.
  public var loss: (any Loss)? { outputs.first?.loss }

  /// The metrics of the first output.
  public var metrics: [any Metric] { outputs.first?.metrics ?? [] }

  /// The names of what is reported as histories have them: the loss first; where there are several
  /// outputs then the loss and the metrics of each, with the output's name in front.
  public var names: [String] {
    guard outputs.count > 1 else { return ["loss"] + outputs.flatMap(\.metricNames) }
    let named = outputs.flatMap { output in
      ((output.loss == nil ? [] : ["loss"]) + output.metricNames).map { "\(output.name)_\($0)" }
    }
    return ["loss"] + named
  }

  /// The values of what is reported, from sums over any number of shards added up.
  func values(_ row: UnsafeMutableBufferPointer<Double>) -> [Double] {
    guard let base = row.baseAddress, sums.contains(where: { row[$0.count] > 0 }) else {
      return names.map { _ in .nan }
    }
    var total = penalty.map { row[$0] / row[$0 + 1] } ?? 0
    var each: [Double] = []
    for (output, place) in zip(outputs, sums) {
      if output.loss != nil {
        let loss = row[place.loss] / row[place.count]
        total += output.weight * loss
        if outputs.count > 1 { each.append(loss) }
      }
      for (metric, first) in zip(output.metrics + output.weightedMetrics, place.metrics) {
        each.append(metric.result(base + first))
      }
    }
    return [total] + each
  }
}

extension Objective.Output {
  fileprivate var metricNames: [String] { metrics.map(\.name) + weightedMetrics.map(\.name) }
}

/// Where the sums of an output are: its loss, how many rows count, and those of each metric.
struct OutputSums: Sendable {
  let loss: Int
  let metrics: [Int]

  init(_ output: Objective.Output, _ next: inout Int) {
    loss = next
    next += 2
    var metrics: [Int] = []
    for metric in output.metrics + output.weightedMetrics {
      metrics.append(next)
      next += metric.accumulators
    }
    self.metrics = metrics
  }

  /// How many rows count.
  var count: Int { loss + 1 }
}
