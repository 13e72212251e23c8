/// Passes its input on as it is, as Keras's `Identity`.
public struct Identity: Layer {
  /// Keras's name of the class.
  public static let className = "Identity"
  /// The layer's name.
  public var name: String?

  /// A layer that changes nothing.
  public init(name: String? = nil) { self.name = name }

  /// Returns what flows in.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] { [try single(inputs)] }
}
