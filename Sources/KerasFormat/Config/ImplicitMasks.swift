/// The operations by which Keras 3 notes the masks that layers make themselves.
///
/// A graph with `Embedding(mask_zero=True)` or `Masking` lists how the mask is computed, `not_equal`
/// and what follows from it, and hands it to every layer behind as an argument. Our layers hand masks
/// on themselves, so the operations go; a mask from elsewhere stays, to be refused.
struct ImplicitMasks {
  /// The names of the operations.
  private(set) var names: Set<String> = []

  /// Operations that Keras makes of masks.
  private static let derived: Set = [
    "Any", "All", "LogicalAnd", "LogicalOr", "Concatenate", "ExpandDims", "Squeeze", "Cast",
    "BroadcastTo", "OnesLike",
  ]

  /// Finds them among the layers of a graph.
  init(_ wrappers: [JSON]) {
    let operations = wrappers.filter(Self.isOperation)
    guard !operations.isEmpty else { return }
    let sources = wrappers.compactMap(Source.init)
    for operation in operations where operation["class_name"] == "NotEqual" {
      guard let node = operation["inbound_nodes"]?.array?.first,
        let arguments = node["args"]?.array, arguments.count == 2,
        let value = arguments[1].double, let tensor = InboundCall.tensor(arguments[0]),
        sources.contains(Source(tensor: tensor, value: value))
      else { continue }
      insert(operation)
    }
    // Each round takes what follows from masks that are known; there are few.
    for _ in operations {
      for operation in operations where follows(operation) { insert(operation) }
    }
  }

  /// Whether an entry of a graph is no layer; HDF5 files do not say the module of a class.
  private static func isOperation(_ wrapper: JSON) -> Bool {
    if let module = wrapper["module"]?.string { return module.contains(".ops.") }
    guard let name = wrapper["class_name"]?.string, !layerClassNames.contains(name) else {
      return false
    }
    return name == "NotEqual" || derived.contains(name)
  }

  /// Whether every tensor that flows into an operation is such a mask.
  private func follows(_ operation: JSON) -> Bool {
    guard Self.derived.contains(operation["class_name"]?.string ?? "") else { return false }
    let tensors = (operation["inbound_nodes"]?.array ?? []).flatMap(InboundCall.tensors)
    return !tensors.isEmpty && tensors.allSatisfy { names.contains($0.layer) }
  }

  private mutating func insert(_ operation: JSON) {
    if let name = operation["name"]?.string ?? operation["config"]?["name"]?.string {
      names.insert(name)
    }
  }

  /// What a layer makes its mask of.
  private struct Source: Equatable {
    let tensor: NodeReference
    /// The value that is masked.
    let value: Double

    init(tensor: NodeReference, value: Double) {
      self.tensor = tensor
      self.value = value
    }

    init?(_ wrapper: JSON) {
      let config = wrapper["config"]
      switch wrapper["class_name"] {
      case "Embedding" where config?["mask_zero"] == true: value = 0
      case "Masking": value = config?["mask_value"]?.double ?? 0
      default: return nil
      }
      let tensors = (wrapper["inbound_nodes"]?.array ?? []).flatMap(InboundCall.tensors)
      guard let tensor = tensors.first else { return nil }
      self.tensor = tensor
    }
  }
}

extension InboundCall {
  /// All tensors anywhere in a use of a layer.
  static func tensors(_ json: JSON) -> [NodeReference] {
    if let tensor = tensor(json) { return [tensor] }
    if let values = json.array { return values.flatMap(tensors) }
    return json.object?.pairs.flatMap { tensors($0.value) } ?? []
  }
}
