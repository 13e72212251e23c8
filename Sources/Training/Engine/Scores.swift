import Tensors

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

  /// Whether the losses of all outputs, and the penalty, are finite.
  var isFinite: Bool {
    for place in objective.sums where !sums[place.loss].isFinite { return false }
    return objective.penalty.map { sums[$0].isFinite } ?? true
  }

  /// How many rows of the first output were scored.
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
