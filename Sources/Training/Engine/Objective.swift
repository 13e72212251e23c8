import Networks
import Tensors

/// What training makes small and what is reported with it.
public struct Objective: Sendable {
  /// What training makes small.
  public let loss: any Loss
  /// What is reported.
  public let metrics: [any Metric]
  /// Where each metric's sums start in a row of a ledger, after the loss and the count.
  let offsets: [Int]
  /// How many sums a row of a ledger has.
  let width: Int

  /// A loss and the metrics beside it.
  public init(_ loss: any Loss, metrics: [any Metric] = []) {
    self.loss = loss
    self.metrics = metrics
    var offsets: [Int] = []
    var next = 2
    for metric in metrics {
      offsets.append(next)
      next += metric.accumulators
    }
    self.offsets = offsets
    width = next
  }

  /// The names of what is reported, the loss first, as histories have them.
  public var names: [String] { ["loss"] + metrics.map(\.name) }

  /// The values of what is reported, from sums over any number of shards added up.
  func values(_ sums: UnsafeMutableBufferPointer<Double>) -> [Double] {
    guard let base = sums.baseAddress, sums[1] > 0 else {
      return names.map { _ in .nan }
    }
    return [sums[0] / sums[1]]
      + zip(metrics, offsets).map { metric, offset in metric.result(base + offset) }
  }
}

/// What one batch, or all batches of an epoch, said about the objective.
public struct Scores: Sendable {
  /// The sums over the shards, as `Objective` lays them out.
  private(set) var sums: [Double]
  private let objective: Objective

  /// Nothing seen yet.
  public init(_ objective: Objective) {
    self.objective = objective
    sums = Array(repeating: 0, count: objective.width)
  }

  /// Takes up a state that was saved.
  init(_ objective: Objective, sums: [Double]) {
    self.objective = objective
    self.sums = sums.count == objective.width ? sums : Array(repeating: 0, count: objective.width)
  }

  /// Forgets what was seen, and takes the sums of one batch.
  mutating func replace(_ row: UnsafeMutableBufferPointer<Double>) {
    for index in sums.indices { sums[index] = row[index] }
  }

  /// Takes the sums of another, in place.
  mutating func replace(_ other: Scores) {
    for index in sums.indices { sums[index] = other.sums[index] }
  }

  /// Adds what another batch said.
  public mutating func add(_ other: Scores) {
    for index in sums.indices { sums[index] += other.sums[index] }
  }

  /// Adds the sums of a batch.
  mutating func add(_ row: UnsafeMutableBufferPointer<Double>) {
    for index in sums.indices { sums[index] += row[index] }
  }

  /// Σ weight · loss over the scored rows.
  var sum: Double { sums[0] }

  /// How many rows were scored.
  public var rows: Double { sums[1] }

  /// The names of the values.
  public var names: [String] { objective.names }

  /// Names with their values.
  public var named: [(name: String, value: Double)] {
    zip(names, values).map { (name: $0, value: $1) }
  }

  /// The loss first, then the metrics, in the order of `Objective.names`.
  public var values: [Double] {
    var copy = sums
    return copy.withUnsafeMutableBufferPointer { objective.values($0) }
  }
}
