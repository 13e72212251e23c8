/// A model whose layers follow each other, as Keras's `Sequential`.
public struct Sequential: Sendable {
  /// The model's name.
  public var name: String
  /// The shape of one sample of the input.
  public var input: Shape
  /// The layers, in order.
  public var layers: [any Layer]

  /// A model of layers in order.
  public init(name: String = "sequential", input: Shape, _ layers: [any Layer]) {
    self.name = name
    self.input = input
    self.layers = layers
  }

  /// Builds the network for shards of up to `rows` rows.
  ///
  /// - Parameters:
  ///   - rows: the most rows of a shard.
  ///   - inputGradients: whether the input gets a gradient too; training needs none.
  /// - Returns: the network, without numbers.
  /// - Throws: a sentence that names the layer that does not fit.
  public func network(rows: Int, inputGradients: Bool = false) throws(NetworkError) -> Network {
    guard !layers.isEmpty else { throw NetworkError("The model '\(name)' has no layers.") }
    guard input.dimensions.allSatisfy({ $0 > 0 }), !input.dimensions.isEmpty else {
      throw NetworkError("The model '\(name)' needs an input of positive extents, not \(input).")
    }
    var blueprint = Blueprint(rows: rows, inputGradients: inputGradients)
    let input = blueprint.input(input)
    var flowing = [input]
    for layer in layers { flowing = try blueprint.add(layer, flowing) }
    guard flowing.count == 1 else {
      throw NetworkError(
        "A Sequential model needs layers with one output; the last one has \(flowing.count). "
          + "Leave return_state off.")
    }
    return Network(name: name, inputs: [input], outputs: flowing, blueprint)
  }
}
