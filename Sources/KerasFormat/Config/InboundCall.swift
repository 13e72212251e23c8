/// A tensor as configs name it: a layer, which of its uses, which output of that.
struct NodeReference: Hashable {
  let layer: String
  let node: Int
  let tensor: Int

  /// `["lstm", 0, 1]`, with whatever stands behind; nil if it is something else.
  init?(_ json: JSON) {
    guard let parts = json.array, parts.count >= 3, let layer = parts[0].string,
      let node = parts[1].int, let tensor = parts[2].int
    else { return nil }
    self.layer = layer
    self.node = node
    self.tensor = tensor
  }

  /// All tensors in a list, in lists of lists, or in an object, by its keys as Keras sorts them.
  static func all(in json: JSON) throws(KerasFormatError) -> [NodeReference] {
    if let reference = NodeReference(json) { return [reference] }
    var found: [NodeReference] = []
    if let object = json.object {
      for key in object.keys.sorted() { found += try all(in: object[key] ?? .null) }
    } else if let values = json.array {
      for value in values { found += try all(in: value) }
    } else {
      throw .expected("a layer, its use and its output", found: json)
    }
    return found
  }
}

/// Reads what flows into one use of a layer, in the forms of all generations.
struct InboundCall {
  /// The class of the layer that is called.
  let className: String
  /// The operations whose results are masks that come by themselves.
  var masks = ImplicitMasks([])

  /// The tensors that flow in, states of recurrent layers last.
  ///
  /// - Parameter node: an element of `inbound_nodes`.
  /// - Returns: the tensors in order.
  /// - Throws: a sentence without an end about an argument that we cannot honour.
  func inputs(_ node: JSON) throws(KerasFormatError) -> [NodeReference] {
    if let arguments = node["args"], let options = node["kwargs"] {
      var found = try tensors(in: arguments)
      found += try named(options)
      return found
    }
    // One tensor may stand without a list around it.
    let elements = NodeReference(node) == nil ? node.array : [node]
    guard let elements else { throw .expected("a list of tensors", found: node) }
    var found: [NodeReference] = []
    for element in elements {
      guard let reference = NodeReference(element) else {
        throw .expected("a layer, its use and its output", found: element)
      }
      guard reference.layer != "_CONSTANT_VALUE" else { throw Self.constant(element) }
      found.append(reference)
    }
    for element in elements {
      if let options = element.array?.dropFirst(3).first { found += try named(options) }
    }
    return found
  }

  /// The tensors among arguments that have names.
  private func named(_ options: JSON) throws(KerasFormatError) -> [NodeReference] {
    var found: [NodeReference] = []
    for (key, value) in options.object?.pairs ?? [] {
      switch key {
      case "training": try checkTraining(value)
      case "mask" where Self.tensors(value).allSatisfy({ masks.names.contains($0.layer) }): break
      case "mask", "attention_mask", "constants":
        if !value.isNull { throw Self.unsupported(key, value) }
      case "initial_state", "inputs", "sequences", "sequence", "query", "value", "key", "x":
        if !value.isNull { found += try tensors(in: value) }
      case _ where value.isNull || value == false: break
      default: throw Self.unsupported(key, value)
      }
    }
    return found
  }

  /// Dropout that is on when the model is used would make noise of its predictions.
  private func checkTraining(_ value: JSON) throws(KerasFormatError) {
    let isNoise = ["Dropout", "Noise", "BatchNormalization"].contains { className.contains($0) }
    if value == true, isNoise { throw Self.unsupported("training", value) }
  }

  private func tensors(in json: JSON) throws(KerasFormatError) -> [NodeReference] {
    if let reference = Self.tensor(json) { return [reference] }
    guard let values = json.array else {
      if json.isNull { return [] }
      throw Self.constant(json)
    }
    var found: [NodeReference] = []
    for value in values { found += try tensors(in: value) }
    return found
  }

  /// One tensor in the form of any generation; nil if it is something else.
  static func tensor(_ json: JSON) -> NodeReference? {
    guard json["class_name"]?.string == "__keras_tensor__" else { return NodeReference(json) }
    return (json["config"]?["keras_history"]).flatMap { NodeReference($0) }
  }

  private static func constant(_ json: JSON) -> KerasFormatError {
    KerasFormatError(
      "it is called with the value \(json.excerpt); only the outputs of layers can flow into a layer"
    )
  }

  private static func unsupported(_ key: String, _ value: JSON) -> KerasFormatError {
    KerasFormatError(
      "it is called with the argument '\(key)', \(value.excerpt), which is not supported")
  }
}
