/// eˣ / Σ eˣ along an axis, as Keras's layer `Softmax`.
public struct Softmax: Layer {
  /// Keras's name of the class.
  public static let className = "Softmax"
  /// The layer's name.
  public var name: String?
  /// The axis, with the batch as axis 0.
  public var axis: Int

  /// A softmax, along the last axis unless told otherwise.
  public init(axis: Int = -1, name: String? = nil) {
    self.axis = axis
    self.name = name
  }

  /// Declares the output; an axis other than the last goes to the end and back.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    let (rank, axis) = (input.shape.dimensions.count, try input.shape.axis(axis))
    guard axis < rank - 1 else { return [blueprint.activate(.softmax, input)] }
    let order = (0..<rank).filter { $0 != axis } + [axis]
    let turned = blueprint.activate(.softmax, try blueprint.permute(input, order))
    let back = (0..<rank).map { place in order.firstIndex(of: place) }
    return [try blueprint.rearrange(turned, back, shape: input.shape, mask: input.mask)]
  }
}
