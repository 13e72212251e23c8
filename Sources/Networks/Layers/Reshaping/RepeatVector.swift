/// Makes a sequence of n times the same vector, as Keras's `RepeatVector`.
public struct RepeatVector: Layer {
  /// Keras's name of the class.
  public static let className = "RepeatVector"
  /// The layer's name.
  public var name: String?
  /// How often the vector is repeated.
  public var n: Int

  /// A layer that repeats its input.
  public init(_ n: Int, name: String? = nil) {
    self.n = n
    self.name = name
  }

  /// Declares the output [n, features].
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    guard n > 0 else { throw NetworkError("n must be positive, not \(n).") }
    guard input.shape.dimensions.count == 1 else {
      throw NetworkError("RepeatVector takes vectors, and got samples of \(input.shape).")
    }
    return [
      try blueprint.rearrange(input, [nil, 0], shape: Shape.output([n, input.shape.features]))
    ]
  }
}
