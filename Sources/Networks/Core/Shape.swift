/// The extents of one sample: [features], [T, features] or more; the batch is left out.
public struct Shape: Sendable, Hashable, CustomStringConvertible {
  /// The extents, outermost first; from two on, the first is time.
  public let dimensions: [Int]

  /// The shape with these extents.
  public init(_ dimensions: [Int]) { self.dimensions = dimensions }

  /// How many numbers a sample has; the largest number where they cannot be counted.
  public var count: Int {
    dimensions.reduce(1) { count, dimension in
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      return overflow ? .max : product
    }
  }
  /// How many time steps a sample has; one when it is a plain vector.
  public var steps: Int { dimensions.count > 1 ? dimensions[0] : 1 }
  /// How many numbers a time step has.
  public var features: Int { dimensions.count > 1 ? count / max(dimensions[0], 1) : count }
  /// Whether the shape has a time axis.
  public var isSequence: Bool { dimensions.count > 1 }

  /// The shape as Keras prints it, `(None, 60, 1)`.
  public var description: String {
    "(" + (["None"] + dimensions.map(String.init)).joined(separator: ", ") + ")"
  }
}
