import KerasFormat
import Networks

/// What is trained: layers by their options, or a model that a file holds.
public struct ModelRecipe: Sendable, Hashable {
  /// Where layers and first weights come from.
  public enum Source: Sendable, Hashable {
    /// Layers in order, with weights from their initializers.
    case layers([LayerRecipe])
    /// A model file or checkpoint, with the weights in it.
    case file(String)
  }

  /// The model's name, which Keras sees.
  public var name = "sequential"
  /// Where layers and first weights come from.
  public var source: Source

  /// Whether a file says what is trained, and how it was.
  var isFile: Bool {
    if case .file = source { true } else { false }
  }

  init(_ recipe: RecipeReader) throws(TrainingError) {
    if let path = recipe.value("model")?.string {
      source = .file(path)
      return
    }
    let reader = try recipe.section("model", isRequired: true)
    name = try reader.text("name") ?? name
    guard let entries = reader.value("layers"), let list = entries.array, !list.isEmpty else {
      throw reader.failure(
        "layers",
        "expected a list of layers, for example '- LSTM: {units: 20}', found "
          + (reader.value("layers")?.short ?? "nothing"))
    }
    var layers: [LayerRecipe] = []
    for (index, entry) in list.enumerated() {
      layers.append(try LayerRecipe(entry, at: "\(reader.prefix)layers.\(index)"))
    }
    source = .layers(layers)
    try reader.finish()
  }

  var tree: JSON {
    switch source {
    case .file(let path): .string(path)
    case .layers(let layers): ["name": .string(name), "layers": .array(layers.map(\.tree))]
    }
  }
}

/// One layer: Keras's class name, and the options that differ from nothing, all of them.
public struct LayerRecipe: Sendable, Hashable {
  /// Keras's name of the class, for example `LSTM`.
  public let className: String
  /// Keras's options with their defaults, as `layer(className:options:)` reads them.
  public let options: JSONObject

  init(_ entry: JSON, at place: String) throws(TrainingError) {
    let (given, reader) = try RecipeReader.named(entry, at: place)
    // A dense layer whose kernel is another layer's is a class of ours.
    className = given == "Dense" && reader.value("tied_to") != nil ? "TiedDense" : given
    do {
      options = try Self.complete(className, reader.all)
    } catch {
      throw TrainingError("\(place): \(error.description.withStop)", kind: .data)
    }
  }

  private static func complete(
    _ className: String, _ given: JSONObject
  ) throws(KerasFormatError) -> JSONObject {
    let layer = try KerasFormat.layer(className: className, options: given)
    let name = given["name"]?.string
    return effective(try layerConfig(layer, name: name ?? "").config, named: name != nil)
  }

  /// The layer.
  func layer() throws(KerasFormatError) -> any Layer {
    try KerasFormat.layer(className: className, options: options)
  }

  var tree: JSON { [className: .object(options)] }

  /// A config without keys that mean nothing in a recipe, and with short names where they say all.
  private static func effective(_ config: JSONObject, named: Bool) -> JSONObject {
    let idle = ["trainable", "dtype", "unroll", "zero_output_for_mask", "data_format"]
    var result = JSONObject()
    for (key, value) in config.pairs where !value.isNull && !idle.contains(key) {
      if key == "name", !named { continue }
      result[key] = short(value)
    }
    return result
  }

  /// `{class_name: Zeros, config: {}}` as a name alone where there are no options.
  private static func short(_ value: JSON) -> JSON {
    guard let name = value["class_name"]?.string, let config = value["config"]?.object else {
      return value
    }
    var options = JSONObject()
    for (key, value) in config.pairs where !value.isNull { options[key] = value }
    if options.keys.isEmpty { return .string(name) }
    return ["class_name": .string(name), "config": .object(options)]
  }
}

extension String {
  /// The text as a sentence with its stop.
  var withStop: String { hasSuffix(".") || hasSuffix("?") ? self : self + "." }
}
