/// Makes one row of a sample's numbers, step after step, as Keras's `Flatten`.
public struct Flatten: Layer {
  /// Keras's name of the class.
  public static let className = "Flatten"
  /// The layer's name.
  public var name: String?

  /// A layer that flattens its input.
  public init(name: String? = nil) { self.name = name }

  /// Declares the output [T·features].
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    return [blueprint.reshape(input, Shape([input.shape.count]))]
  }
}
