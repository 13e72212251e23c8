import Tensors

/// Rows of a dataset in memory, batch-major as in the file: inputs, targets and weights.
///
/// Unchecked because one owner at a time writes it: the prefetcher fills it, then lends it to the
/// engine, whose workers only read.
public final class Batch: @unchecked Sendable {
  /// The extents of a sample.
  public let shape: SampleShape
  /// How many rows there is room for.
  public let capacity: Int
  /// How many rows there are.
  public package(set) var rows = 0
  /// Which rows of the dataset they are, for messages.
  public package(set) var rowNumbers: [Int] = []
  /// The inputs, [capacity, inputs]: those of a row stand one after the other.
  public let inputs: Arena
  /// The targets, [capacity, targets].
  public let targets: Arena
  /// The weights, [capacity, weights].
  public let weights: Arena

  /// Room for `capacity` rows.
  public init(_ shape: SampleShape, capacity: Int) {
    self.shape = shape
    self.capacity = capacity
    inputs = Arena(count: capacity * shape.inputCount)
    targets = Arena(count: capacity * shape.targetCount)
    weights = Arena(count: capacity * shape.weights)
    rowNumbers.reserveCapacity(capacity)
  }
}
