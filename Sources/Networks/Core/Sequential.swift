/// A model whose layers follow each other, as Keras's `Sequential`.
public struct Sequential: Model {
  /// Keras's name of the class.
  public static let className = "Sequential"
  /// The model's name.
  public var name: String?
  /// The shape of one sample of the input.
  public var input: Shape
  /// The layers, in order.
  public var layers: [any Layer]
  /// The names of layers that training leaves as they are.
  public var frozen: Set<String> = []

  /// A model of layers in order.
  public init(name: String? = nil, input: Shape, _ layers: [any Layer]) {
    self.name = name
    self.input = input
    self.layers = layers
  }

  /// The input, as a model's only one.
  public var inputs: [Shape] {
    get { [input] }
    set { input = newValue.first ?? input }
  }

  /// Builds layer upon layer.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    var flowing = [try single(inputs)]
    let level = blueprint.enterModel()
    for layer in layers {
      flowing = try blueprint.add(layer, flowing, frozen: frozen)
    }
    blueprint.leaveModel(level)
    guard flowing.count == 1 else {
      throw NetworkError(
        "A Sequential model needs layers with one output; the last one has \(flowing.count). "
          + "Leave return_state off.")
    }
    return flowing
  }
}
