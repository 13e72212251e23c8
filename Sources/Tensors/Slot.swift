/// A place in an arena: what a layer keeps instead of numbers.
public struct Slot: Sendable, Hashable {
  /// The index of the first float, from the arena's start.
  public let offset: Int
  /// The extents, outermost first; empty for a scalar.
  public let shape: [Int]
  /// How many floats the slot covers.
  public let count: Int

  /// Makes a slot at an offset with a shape.
  public init(offset: Int, shape: [Int]) {
    self.offset = offset
    self.shape = shape
    self.count = shape.reduce(1, *)
  }

  /// The half-open range of floats that the slot covers.
  public var range: Range<Int> { offset..<offset + count }
}
