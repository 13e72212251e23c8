import Networks

/// Writes a graph of layers: Keras 3's `Functional`, Keras 2's `Model`.
struct GraphWriter {
  private let writer: ModelWriter
  private let graph: Functional
  /// The name of each layer.
  private let names: [String]
  private let inputs: [Shape]
  private let inputNames: [String]
  /// The calls in Keras's order.
  private let order: [Int]
  /// Which use of its layer a call is.
  private let nodes: [Int: Int]

  init(
    _ writer: ModelWriter, _ graph: Functional, names: [String], inputs: [Shape]
  ) throws(NetworkError) {
    self.writer = writer
    self.graph = graph
    self.names = names
    self.inputs = inputs
    var taken = Set(names)
    inputNames = graph.inputNames.map { ModelWriter.free($0, &taken) }
    order = try graph.orderedCalls()
    var uses: [Int: Int] = [:]
    var nodes: [Int: Int] = [:]
    for call in order {
      nodes[call] = uses[graph.calls[call].layer, default: 0]
      uses[graph.calls[call].layer, default: 0] += 1
    }
    self.nodes = nodes
  }

  /// The wrapper of the model.
  func write(name: String) throws -> JSON {
    try ModelWriter.check(names: inputNames)
    var layers: [JSON] = []
    for (shape, inputName) in zip(inputs, inputNames) {
      layers.append(placed(writer.inputLayer(shape, name: inputName), inputName, []))
    }
    var written: Set<Int> = []
    for call in order {
      let layer = graph.calls[call].layer
      guard written.insert(layer).inserted else { continue }
      let wrapper = try writer.wrapper(
        graph.layers[layer], name: names[layer], isTrainable: !graph.frozen.contains(names[layer]))
      let uses = order.filter { graph.calls[$0].layer == layer }
      layers.append(placed(wrapper, names[layer], uses.map { node($0) }))
    }
    var config = JSONObject()
    config["name"] = .string(name)
    if writer.style != .keras2 { config["trainable"] = true }
    config["layers"] = .array(layers)
    config["input_layers"] = .array(inputNames.map { [.string($0), 0, 0] })
    config["output_layers"] = .array(graph.outputs.map { .array(reference($0, isOutput: true)) })
    if writer.style == .keras2 { return writer.wrap("Model", module: "keras", config) }
    return writer.wrap(
      "Functional", module: "keras.src.models.functional", registered: "Functional", config)
  }

  private func placed(_ wrapper: JSON, _ name: String, _ nodes: [JSON]) -> JSON {
    var object = wrapper.object ?? JSONObject()
    object["name"] = .string(name)
    object["inbound_nodes"] = .array(nodes)
    return .object(object)
  }

  /// One use of a layer.
  private func node(_ call: Int) -> JSON {
    let inputs = graph.calls[call].inputs
    if writer.style == .keras2 {
      return .array(inputs.map { .array(reference($0) + [[:]]) })
    }
    let tensors = inputs.map { tensor($0) }
    let layer = graph.layers[graph.calls[call].layer]
    if inputs.count == 1 { return ["args": .array(tensors), "kwargs": [:]] }
    if Self.takesStates.contains(type(of: layer).className) {
      return [
        "args": .array([tensors[0]]), "kwargs": ["initial_state": .array(Array(tensors[1...]))],
      ]
    }
    return ["args": [.array(tensors)], "kwargs": [:]]
  }

  /// The layers whose further inputs are the states that they start from.
  static let takesStates = [
    "LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "HandBuiltLSTM", "PeepholeLSTM",
  ]

  private func tensor(_ tensor: Functional.Tensor) -> JSON {
    var shape: JSON = [nil]
    switch tensor.source {
    case .input(let index): shape = inputs[index].config(batchSize: writer.batchSize)
    case .call(let call):
      let found = writer.outputs[names[graph.calls[call].layer]]
      if let found, found.indices.contains(tensor.index) {
        shape = found[tensor.index].config(batchSize: writer.batchSize)
      }
    }
    return [
      "class_name": "__keras_tensor__",
      "config": [
        "shape": shape, "dtype": "float32", "keras_history": .array(reference(tensor)),
      ],
    ]
  }

  /// Layer, use and output.
  ///
  /// Keras 2 counts an inner model's own definition as its first use; Keras 3
  /// does so for graphs in the list of outputs.
  private func reference(_ tensor: Functional.Tensor, isOutput: Bool = false) -> [JSON] {
    switch tensor.source {
    case .input(let index): return [.string(inputNames[index]), 0, 0]
    case .call(let call):
      let layer = graph.layers[graph.calls[call].layer]
      let isGraph = layer is Functional
      let hasInput = (layer as? Sequential)?.input.dimensions.isEmpty == false
      let shift =
        writer.style == .keras2 ? (isGraph || hasInput ? 1 : 0) : (isGraph && isOutput ? 1 : 0)
      return [
        .string(names[graph.calls[call].layer]), .int((nodes[call] ?? 0) + shift),
        .int(tensor.index),
      ]
    }
  }
}
