/// Puts a sample's axes in another order, as Keras's `Permute`.
public struct Permute: Layer {
  /// Keras's name of the class.
  public static let className = "Permute"
  /// The layer's name.
  public var name: String?
  /// The input's axis for each axis of the output; the first axis of a sample is 1.
  public var dims: [Int]

  /// A layer that permutes axes.
  public init(_ dims: [Int], name: String? = nil) {
    self.dims = dims
    self.name = name
  }

  /// Declares the output.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    guard dims.sorted() == Array(1...max(input.shape.dimensions.count, 1)) else {
      throw NetworkError(
        "dims must name each axis of \(input.shape) once, counted from 1; found \(dims).")
    }
    return [try blueprint.permute(input, dims.map { $0 - 1 })]
  }
}
