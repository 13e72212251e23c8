/// Layers put together: what is trained and saved as a whole, and may stand in another model as one
/// of its layers.
public protocol Model: Layer {
  /// The shapes of one sample of each input.
  var inputs: [Shape] { get set }
  /// The layers, each once, in an order in which their names are unique.
  var layers: [any Layer] { get }
  /// The names of layers that training leaves as they are.
  var frozen: Set<String> { get set }
  /// The names of the inputs, where they have names.
  var inputNames: [String] { get }
  /// The names of the outputs: those of the layers that make them, made unique.
  var outputNames: [String] { get }

  /// Puts another layer in the place of one.
  mutating func replaceLayer(at index: Int, with layer: any Layer)
}

extension Model {
  /// Freezes the layers that a rule chooses, at any depth.
  ///
  /// - Parameter isChosen: whether a layer is to be frozen, by the names that lead to it from the
  ///   model; not asked for layers below one that is.
  public mutating func freezeLayers(where isChosen: ([String]) -> Bool) {
    freezeLayers(below: [], where: isChosen)
  }

  private mutating func freezeLayers(below path: [String], where isChosen: ([String]) -> Bool) {
    for (index, name) in ((try? layerNames()) ?? []).enumerated() {
      if isChosen(path + [name]) {
        frozen.insert(name)
      } else if var model = layers[index] as? any Model {
        model.freezeLayers(below: path + [name], where: isChosen)
        replaceLayer(at: index, with: model)
      }
    }
  }
}

extension Model {
  /// Builds the network for shards of up to `rows` rows.
  ///
  /// - Parameters:
  ///   - rows: the most rows of a shard.
  ///   - inputGradients: whether the inputs get gradients too; training needs none.
  ///   - masksInputs: whether data says which steps of the inputs count, as sequences of their own
  ///     length need.
  ///   - largestValue: the most floats that a layer may put out for a sample, where strangers
  ///     choose the sizes.
  /// - Returns: the network, without numbers.
  /// - Throws: a sentence that names the layer that does not fit.
  public func network(
    rows: Int, inputGradients: Bool = false, masksInputs: Bool = false,
    largestValue: Int = 1 << 34
  ) throws(NetworkError) -> Network {
    let name = name ?? snakeCase(Self.className)
    guard !layers.isEmpty else { throw NetworkError("The model '\(name)' has no layers.") }
    for input in inputs {
      guard input.dimensions.allSatisfy({ $0 > 0 }), !input.dimensions.isEmpty else {
        throw NetworkError("The model '\(name)' needs an input of positive extents, not \(input).")
      }
    }
    var blueprint = Blueprint(
      rows: rows, inputGradients: inputGradients, largestValue: largestValue)
    for input in inputs where input.count > largestValue {
      throw NetworkError("The model '\(name)' is too large: it takes an input of \(input).")
    }
    let values = inputs.map { blueprint.input($0, masked: masksInputs) }
    let outputs = try build(values, &blueprint).map { blueprint.materialized($0) }
    return Network(name: name, inputs: values, outputs: outputs, blueprint)
  }
}
