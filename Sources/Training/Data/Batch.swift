import Networks
import Tensors

/// The extents of one sample of a dataset: input, target, and the weights that come with it.
public struct SampleShape: Sendable, Hashable {
  /// The shape of one input.
  public let input: Shape
  /// The shape of one target.
  public let target: Shape
  /// How many weights a sample has: none, one, or one for each time step.
  public let weights: Int

  /// The extents of one sample.
  public init(input: Shape, target: Shape, weights: Int = 0) {
    self.input = input
    self.target = target
    self.weights = weights
  }
}

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
  /// The inputs, [capacity, input].
  public let inputs: Arena
  /// The targets, [capacity, target].
  public let targets: Arena
  /// The weights, [capacity, weights].
  public let weights: Arena

  /// Room for `capacity` rows.
  public init(_ shape: SampleShape, capacity: Int) {
    self.shape = shape
    self.capacity = capacity
    inputs = Arena(count: capacity * shape.input.count)
    targets = Arena(count: capacity * shape.target.count)
    weights = Arena(count: capacity * shape.weights)
    rowNumbers.reserveCapacity(capacity)
  }
}
