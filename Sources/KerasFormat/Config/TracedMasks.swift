/// The operations of a Keras 3 graph by which Keras itself follows masks from layer to layer.
///
/// A functional model that masks steps holds, beside its layers, the operations that make and merge
/// the masks, and hands them to layers as the argument `mask`. Here masks flow with the values, so
/// these operations are left out; a mask that somebody computed otherwise is not among them.
struct TracedMasks {
  /// The names of the operations.
  private(set) var names: Set<String> = []

  /// Finds the operations among the layers of a graph.
  ///
  /// - Parameters:
  ///   - wrappers: what stands under `layers`.
  ///   - outputs: what the model puts out.
  init(_ wrappers: [JSON], outputs: [NodeReference]) {
    let sources = MaskSource.all(in: wrappers)
    for wrapper in wrappers where Self.makesMask(wrapper, sources) {
      if let name = wrapper["name"]?.string { names.insert(name) }
    }
    names.subtract(outputs.map(\.layer))
    while removeOthers(wrappers) {}
    keepRead(wrappers)
  }

  /// Whether all tensors of an argument are masks that Keras followed.
  func contains(_ argument: JSON) -> Bool {
    Self.tensors(in: argument).allSatisfy { names.contains($0.layer) }
  }

  /// What merging layers make of masks; a comparison begins a mask where a layer begins the same.
  private static func makesMask(_ wrapper: JSON, _ sources: Set<MaskSource>) -> Bool {
    // HDF5 files say no module; there, operations are what cannot be trained.
    let isOperation =
      wrapper["module"]?.string?.contains(".ops.") ?? (wrapper["config"]?["trainable"] == nil)
    guard isOperation, let className = wrapper["class_name"]?.string else { return false }
    if className == "NotEqual" {
      let calls = wrapper["inbound_nodes"]?.array ?? []
      return calls.allSatisfy { MaskSource(comparison: $0).map(sources.contains) ?? false }
    }
    return [
      "Any", "All", "Concatenate", "ConvertToTensor", "ExpandDims", "LogicalAnd", "LogicalOr",
      "OnesLike", "Squeeze", "Stack", "ZerosLike",
    ].contains(className)
  }

  /// Takes out what depends on anything else, or is read as anything else than a mask.
  private mutating func removeOthers(_ wrappers: [JSON]) -> Bool {
    let before = names.count
    for wrapper in wrappers {
      let name = wrapper["name"]?.string ?? ""
      for call in wrapper["inbound_nodes"]?.array ?? [] {
        let arguments = Self.tensors(in: call["args"] ?? call).map(\.layer)
        if names.contains(name) {
          let className = wrapper["class_name"]?.string ?? ""
          // These see a layer's output for its shape alone.
          let seesAll = ["NotEqual", "OnesLike", "ZerosLike"].contains(className)
          if !seesAll, !arguments.allSatisfy(names.contains) { names.remove(name) }
        } else {
          names.subtract(arguments)
          for (key, value) in call["kwargs"]?.object?.pairs ?? [] where key != "mask" {
            names.subtract(Self.tensors(in: value).map(\.layer))
          }
        }
      }
    }
    return names.count < before
  }

  /// Keeps what masks come from: an operation that no layer reads as a mask is none of these.
  private mutating func keepRead(_ wrappers: [JSON]) {
    let calls = wrappers.flatMap { wrapper in
      (wrapper["inbound_nodes"]?.array ?? []).map { (wrapper["name"]?.string ?? "", $0) }
    }
    var read = Set(
      calls.flatMap { Self.tensors(in: $0.1["kwargs"]?["mask"] ?? .null).map(\.layer) }
    ).intersection(names)
    var count = -1
    while read.count > count {
      count = read.count
      for (name, call) in calls where read.contains(name) {
        read.formUnion(Self.tensors(in: call["args"] ?? .null).map(\.layer))
        read.formIntersection(names)
      }
    }
    names = read
  }

  fileprivate static func tensors(in json: JSON) -> [NodeReference] {
    if json["class_name"]?.string == "__keras_tensor__" {
      return (json["config"]?["keras_history"]).flatMap { NodeReference($0) }.map { [$0] } ?? []
    }
    return NodeReference(json).map { [$0] } ?? json.array?.flatMap(tensors) ?? []
  }
}

/// What a mask begins with: a tensor, and the value that marks steps which do not count.
private struct MaskSource: Hashable {
  let tensor: NodeReference
  let value: Double

  private init(_ tensor: NodeReference, _ value: Double) {
    self.tensor = tensor
    self.value = value
  }

  /// The tensor and the value that a comparison is called with.
  init?(comparison call: JSON) {
    guard let arguments = call["args"]?.array, arguments.count == 2,
      let tensor = TracedMasks.tensors(in: arguments[0]).first, let value = arguments[1].double
    else { return nil }
    self.init(tensor, value)
  }

  /// Where layers of a graph begin masks.
  static func all(in wrappers: [JSON]) -> Set<MaskSource> {
    var sources: Set<MaskSource> = []
    for wrapper in wrappers {
      let config = wrapper["config"]
      let value: Double
      switch wrapper["class_name"]?.string {
      case "Embedding" where config?["mask_zero"] == true: value = 0
      case "Masking": value = config?["mask_value"]?.double ?? 0
      default: continue
      }
      for call in wrapper["inbound_nodes"]?.array ?? [] {
        for tensor in TracedMasks.tensors(in: call["args"] ?? .null) {
          sources.insert(MaskSource(tensor, value))
        }
      }
    }
    return sources
  }
}
