import Networks

/// Reads a graph of layers: Keras 3's `Functional`, and the `Model` of Keras 1 and 2.
struct FunctionalReader {
  private let reader: LayerReader
  private var model = Functional()
  private var batchSize: Int?
  private var places: [String: Place] = [:]
  private var masks = ImplicitMasks([])

  /// Where the tensors of a layer of the file are.
  private struct Place {
    /// Which input of the model it is; nil for layers.
    var input: Int?
    /// Which layer of the model it is, with its uses.
    var handle: Functional.Handle?
    var nodes: [[NodeReference]] = []
    /// The first of its calls.
    var firstCall = 0
    /// Whether it is a graph itself, whose own definition older files count as its first use.
    var isGraph = false
    /// How much lower than in the file its uses are numbered here.
    var shift = 0
  }

  /// A reader of the layers of a source.
  init(_ reader: LayerReader) { self.reader = reader }

  /// Reads the model.
  ///
  /// - Parameter content: what stands under `config`.
  /// - Returns: the model.
  /// - Throws: a sentence without an end that names the layer.
  consuming func read(_ content: JSON) throws(KerasFormatError) -> ReadModel {
    let wrappers = content["layers"]?.array ?? []
    guard wrappers.count <= SizeLimits.layers else {
      throw KerasFormatError("it has \(wrappers.count) layers, more than \(SizeLimits.layers)")
    }
    model.name = content["name"]?.string
    masks = ImplicitMasks(wrappers)
    let inputs = try NodeReference.all(in: content["input_layers"] ?? .null)
    let outputs = try NodeReference.all(in: content["output_layers"] ?? .null)
    try readInputs(inputs, wrappers)
    for wrapper in wrappers where Self.name(of: wrapper).flatMap({ places[$0]?.input }) == nil {
      let name = Self.name(of: wrapper) ?? ""
      if masks.names.contains(name) { continue }
      do {
        try add(wrapper, name: name)
      } catch {
        throw KerasFormatError("layer '\(name)': \(error.description)")
      }
    }
    numberCalls()
    alignNumbers(outputs)
    try connect()
    for output in outputs { model.outputs.append(try tensor(output, isOutput: true)) }
    return ReadModel(model: model, batchSize: batchSize, hasInput: true)
  }

  private static func name(of wrapper: JSON) -> String? {
    wrapper["name"]?.string ?? wrapper["config"]?["name"]?.string
  }

  /// The inputs of the model, in its own order.
  private mutating func readInputs(
    _ references: [NodeReference], _ wrappers: [JSON]
  ) throws(KerasFormatError) {
    for reference in references {
      guard let wrapper = wrappers.first(where: { Self.name(of: $0) == reference.layer }),
        wrapper["class_name"]?.string == "InputLayer", let config = wrapper["config"],
        places[reference.layer] == nil
      else { throw KerasFormatError("its input '\(reference.layer)' is not an input layer") }
      let shape: InputShape
      do {
        shape = try InputShape(config["batch_shape"] ?? config["batch_input_shape"] ?? .null)
      } catch {
        throw KerasFormatError("input '\(reference.layer)': \(error.description)")
      }
      places[reference.layer] = Place(input: model.inputs.count)
      batchSize = batchSize ?? shape.batchSize
      _ = model.input(reference.layer, shape.sample)
    }
  }

  private mutating func add(_ wrapper: JSON, name: String) throws(KerasFormatError) {
    guard places[name] == nil, !name.isEmpty else {
      throw KerasFormatError("there is another layer of that name")
    }
    if wrapper["class_name"]?.string == "InputLayer" {
      throw KerasFormatError("it is an input that the model's list of inputs does not name")
    }
    var place = Place()
    let layer = try reader.layer(wrapper, name: name)
    place.isGraph = layer is Functional
    place.handle = model.add(layer)
    let nodes = wrapper["inbound_nodes"]?.array ?? []
    guard nodes.count <= SizeLimits.layers else {
      throw KerasFormatError("it is called \(nodes.count) times, more than \(SizeLimits.layers)")
    }
    let call = InboundCall(
      className: wrapper["class_name"]?.string ?? "", masks: masks)
    for node in nodes { place.nodes.append(try call.inputs(node)) }
    places[name] = place
    if wrapper["config"]?["trainable"]?.bool == false { model.frozen.insert(name) }
  }

  /// Gives every call its number: layer by layer as they stand in the model.
  private mutating func numberCalls() {
    var next = 0
    let order = places.filter { $0.value.handle != nil }
      .sorted { ($0.value.handle?.index ?? 0) < ($1.value.handle?.index ?? 0) }
    for (name, place) in order {
      places[name]?.firstCall = next
      next += place.nodes.count
    }
  }

  /// Finds the layers whose uses the file counts from one: models, in Keras 1 and 2.
  private mutating func alignNumbers(_ outputs: [NodeReference]) {
    let isOld = reader.source.generation != .keras3
    var largest: [String: Int] = [:]
    for reference in places.values.flatMap({ $0.nodes.joined() }) + (isOld ? outputs : []) {
      largest[reference.layer] = max(largest[reference.layer] ?? 0, reference.node)
    }
    for (name, node) in largest where node > 0 && node == places[name]?.nodes.count {
      places[name]?.shift = 1
    }
  }

  private mutating func connect() throws(KerasFormatError) {
    let order = places.values.filter { $0.handle != nil }.sorted { $0.firstCall < $1.firstCall }
    for place in order {
      guard let handle = place.handle else { continue }
      for node in place.nodes {
        var inputs: [Functional.Tensor] = []
        for reference in node { inputs.append(try tensor(reference, isOutput: false)) }
        guard model.calls.count < SizeLimits.layers else {
          throw KerasFormatError("its layers are called more than \(SizeLimits.layers) times")
        }
        _ = model.call(handle, inputs)
      }
    }
  }

  private func tensor(
    _ reference: NodeReference, isOutput: Bool
  ) throws(KerasFormatError) -> Functional.Tensor {
    guard let place = places[reference.layer] else {
      throw KerasFormatError("it connects a layer '\(reference.layer)', which it does not have")
    }
    if let input = place.input { return Functional.Tensor(.input(input)) }
    // Keras 3 counts a graph's own definition only in the list of outputs.
    let counts = isOutput && place.isGraph && reader.source.generation == .keras3
    let node = reference.node - (counts && reference.node > 0 ? 1 : place.shift)
    guard place.nodes.indices.contains(node), (0..<SizeLimits.layers).contains(reference.tensor)
    else {
      throw KerasFormatError(
        "it connects use \(reference.node) of the layer '\(reference.layer)', which is used "
          + "\(place.nodes.count) times")
    }
    return Functional.Tensor(.call(place.firstCall + node), index: reference.tensor)
  }
}
