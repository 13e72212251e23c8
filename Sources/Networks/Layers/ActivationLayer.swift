/// Applies an activation, as Keras's layer `Activation`.
public struct ActivationLayer: Layer {
  /// Keras's name of the class.
  public static let className = "Activation"
  /// The layer's name.
  public var name: String?
  /// What is applied.
  public var activation: Activation

  /// A layer that applies an activation.
  public init(_ activation: Activation, name: String? = nil) {
    self.activation = activation
    self.name = name
  }

  /// Declares the output.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    [blueprint.activate(activation, try single(inputs))]
  }
}
