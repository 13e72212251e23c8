/// One array of a Keras file.
public struct StoredArray: Sendable, Hashable {
  /// What the file calls it: the weight's name in legacy layouts, the path of the dataset elsewhere.
  public let name: String
  /// The size along each axis; empty for a scalar.
  public let shape: [Int]
  /// The type of its elements in the file, in numpy's words: "float32", "bfloat16", "int64".
  public let elementType: String
  /// The exact value of a single whole number, which `values` may round.
  public let integer: Int?
  /// The elements as floats, the last axis running fastest; empty until they are read.
  public internal(set) var values: [Float]
  /// The path of the dataset in the HDF5 file.
  let source: String

  init(
    name: String, shape: [Int], elementType: String, integer: Int? = nil, values: [Float] = [],
    source: String
  ) {
    self.name = name
    self.shape = shape
    self.elementType = elementType
    self.integer = integer
    self.values = values
    self.source = source
  }

  /// An array that is not from a file.
  ///
  /// - Parameters:
  ///   - name: what to call it.
  ///   - shape: the size along each axis.
  ///   - values: as many elements as the shape has.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(shape.reduce(1, *) == values.count, "as many values as the shape has")
    self.init(
      name: name, shape: shape, elementType: "float32", values: values, source: name)
  }

  /// The number of elements.
  public var count: Int { shape.contains(0) ? 0 : shape.reduce(1, *) }
}
