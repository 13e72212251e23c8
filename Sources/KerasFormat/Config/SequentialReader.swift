import Networks

/// Reads a Sequential model: an object with `layers`, or in older files the list alone.
struct SequentialReader {
  private let reader: LayerReader
  private var layers: [any Layer] = []
  private var frozen: Set<String> = []
  private var names: Set<String> = []
  /// What says the shape of the input, the nearest to it first.
  private var shapes: [JSON] = []
  /// The input of a model that is the first layer.
  private var inner: Shape?

  /// A reader of the layers of a source.
  init(_ reader: LayerReader) { self.reader = reader }

  /// Reads the model.
  ///
  /// - Parameters:
  ///   - content: what stands under `config`.
  ///   - build: the shape that Keras 3 notes beside it.
  /// - Returns: the model.
  /// - Throws: a sentence without an end that names the layer.
  consuming func read(_ content: JSON, build: JSON?) throws(KerasFormatError) -> ReadModel {
    guard let wrappers = content.array ?? content["layers"]?.array else {
      throw KerasFormatError("it has no list of layers")
    }
    guard wrappers.count <= SizeLimits.layers else {
      throw KerasFormatError("it has \(wrappers.count) layers, more than \(SizeLimits.layers)")
    }
    for (index, wrapper) in wrappers.enumerated() {
      do {
        try add(wrapper)
      } catch {
        let name = wrapper["config"]?["name"]?.string.map { " '\($0)'" } ?? ""
        throw KerasFormatError("layer \(index + 1)\(name): \(error.description)")
      }
    }
    shapes += [content["build_input_shape"], build].compactMap(\.self)
    let said = shapes.first { $0.array != nil }
    let shape = try said.map { json throws(KerasFormatError) in try InputShape(json) }
    var model = Sequential(
      name: content["name"]?.string, input: shape?.sample ?? inner ?? Shape([]), layers)
    model.frozen = frozen
    return ReadModel(
      model: model, batchSize: shape?.batchSize, hasInput: shape != nil || inner != nil)
  }

  private mutating func add(_ wrapper: JSON) throws(KerasFormatError) {
    let config = wrapper["config"]
    if let shape = config?["batch_shape"] ?? config?["batch_input_shape"] { shapes.append(shape) }
    if wrapper["class_name"]?.string == "InputLayer" { return }
    if shapes.isEmpty, layers.isEmpty, let shape = Self.oldShape(wrapper) { shapes.append(shape) }
    let layer = try reader.layer(wrapper)
    if layers.isEmpty { inner = (layer as? any Model)?.inputs.first }
    layers.append(layer)
    guard let name = layer.name else { return }
    guard names.insert(name).inserted else {
      throw KerasFormatError("there is another layer of that name")
    }
    if config?["trainable"]?.bool == false { frozen.insert(name) }
  }

  /// The shape that Keras 1's `input_dim` and `input_length` say.
  private static func oldShape(_ wrapper: JSON) -> JSON? {
    guard let config = wrapper["config"] else { return nil }
    let length = config["input_length"] ?? .null
    switch wrapper["class_name"]?.string {
    case "Embedding": return [nil, length.array?.first ?? length]
    case "Dense", "Highway", "MaxoutDense":
      return config["input_dim"].flatMap { $0.isNull ? nil : [nil, $0] }
    default: return config["input_dim"].flatMap { $0.isNull ? nil : [nil, length, $0] }
    }
  }
}
