/// What a Keras file holds, whichever Keras wrote it, before anything is made of it.
///
/// Nothing here has been compared with a model: names, shapes and texts are as the file has them,
/// and every shape's number of elements fits the array's values.
public struct StoredModel: Sendable, Hashable {
  /// The ways in which Keras keeps models.
  public enum Layout: UInt8, Sendable {
    /// HDF5 with `layer_names` at the top: weights of Keras 1 and 2.
    case legacyWeights
    /// HDF5 with `model_config`: a whole model of Keras 1, 2 or 3.
    case legacyModel
    /// HDF5 with Keras 3's tree of `vars`: a `.weights.h5`.
    case weights3
    /// A zip archive of config and weights: a `.keras`.
    case archive
    /// A `.weights.json` and the files that it names.
    case sharded
    /// The text of `model.to_json()`, without weights.
    case json
  }

  /// The path of the file, for sentences.
  public var name: String
  /// The way in which the file keeps its content.
  public var layout: Layout
  /// The version of the Keras that wrote the file; Keras 1 does not say it in files of weights.
  public var kerasVersion: String?
  /// The framework below that Keras.
  public var backend: String?
  /// The model's config as JSON text; a `.keras` has what it was compiled with inside.
  public var config: String?
  /// What the model was compiled with as JSON text, in legacy files.
  public var training: String?
  /// The layers of a legacy file in its order, those without weights too.
  public var layers: [StoredLayer] = []
  /// The weights that legacy files keep beside the layers.
  public var topLevel: [StoredArray] = []
  /// Keras 3's variables: names such as "layers/lstm/cell/vars/0".
  public var variables: [StoredArray] = []
  /// The name that Keras 3.6 and later note for an object, by its path: "layers/lstm", and "" for
  /// the model.
  public var names: [String: String] = [:]
  /// The optimizer's variables in its own order.
  public var optimizer: [StoredArray] = []
  /// The arrays of the self-test in our own group `lockstep`, by path.
  public var extras: [StoredArray] = []
  /// The attributes of our own group as text: "lockstep/self_test@seed".
  public var extraAttributes: [String: String] = [:]

  /// A model that is not from a file.
  ///
  /// - Parameters:
  ///   - name: what to call it in sentences.
  ///   - layout: the way in which a file would keep it.
  public init(name: String, layout: Layout) {
    self.name = name
    self.layout = layout
  }

  /// All arrays: of the layers, beside them, Keras 3's, the optimizer's, ours.
  public var arrays: [StoredArray] {
    layers.flatMap(\.weights) + topLevel + variables + optimizer + extras
  }
}

/// One layer of a legacy file.
public struct StoredLayer: Sendable, Hashable {
  /// The layer's name.
  public let name: String
  /// Its weights in the order of the attribute `weight_names`.
  public internal(set) var weights: [StoredArray]

  /// A layer that is not from a file.
  ///
  /// - Parameters:
  ///   - name: the layer's name.
  ///   - weights: its arrays in order.
  public init(name: String, weights: [StoredArray]) {
    self.name = name
    self.weights = weights
  }
}

extension StoredModel {
  /// Gives every array its values, in the order of `arrays`.
  mutating func fill(_ values: (StoredArray) throws -> [Float]) throws {
    for layer in layers.indices { try Self.fill(&layers[layer].weights, values) }
    try Self.fill(&topLevel, values)
    try Self.fill(&variables, values)
    try Self.fill(&optimizer, values)
    try Self.fill(&extras, values)
  }

  private static func fill(
    _ arrays: inout [StoredArray], _ values: (StoredArray) throws -> [Float]
  ) throws {
    for index in arrays.indices { arrays[index].values = try values(arrays[index]) }
  }
}
