/// One number or array that an optimizer keeps.
public struct OptimizerVariable: Sendable, Equatable {
  /// The numbers, in the types that Keras uses.
  public enum Values: Sendable, Equatable {
    /// A counter.
    case integer(Int)
    /// Floats, row-major; one for a scalar.
    case floats([Float])
  }

  /// Keras's path of the variable; it informs people, the order decides.
  public var name: String
  /// The extents; empty for a scalar.
  public var shape: [Int]
  /// The numbers.
  public var values: Values

  /// A variable with its numbers.
  public init(name: String, shape: [Int], values: Values) {
    self.name = name
    self.shape = shape
    self.values = values
  }

  /// The floats, if there are as many as the shape says.
  var floats: [Float]? {
    guard case .floats(let values) = values, values.count == shape.reduce(1, *) else { return nil }
    return values
  }

  /// The one number as a counter; nil where it is none.
  var counter: Int? {
    switch values {
    case .integer(let value): value >= 0 ? value : nil
    case .floats(let values):
      values.count == 1 ? Int(exactly: values[0]).flatMap { $0 >= 0 ? $0 : nil } : nil
    }
  }
}
