import HDF5
import Networks

/// The layouts in which a model can be written.
public enum ModelLayout: String, Sendable, CaseIterable {
  /// Keras 3's archive, `.keras`.
  case keras
  /// Keras 3's weights, `.weights.h5`.
  case weights
  /// A whole model in HDF5 as Keras 3 reads it, `.h5`.
  case legacy
  /// A whole model in HDF5 as Keras 2, tf.keras and tf_keras read it, `.h5`.
  case keras2
  /// Weights in HDF5 as Keras 1 and 2 read them, and Keras 3 too, `.h5`.
  case legacyWeights = "legacy-weights"
  /// A whole model and the weights of all generations in one HDF5 file, each array once.
  case universal
  /// What `model.to_json()` gives.
  case json
  /// Arrays under their paths for NumPy, `.npz`.
  case numpy = "npz"
  /// A PyTorch `state_dict`, `.safetensors`.
  case safetensors

  /// How the names of such files end; Keras judges by that.
  public var suffix: String {
    switch self {
    case .keras: ".keras"
    case .weights, .universal: ".weights.h5"
    case .legacy, .keras2, .legacyWeights: ".h5"
    case .json: ".json"
    case .numpy: ".npz"
    case .safetensors: ".safetensors"
    }
  }
}

extension SavedModel {
  /// The model as the bytes of a file; layers that Keras does not have are replaced as `forKeras`
  /// does, but for NumPy.
  ///
  /// - Parameter layout: the layout of the file.
  /// - Returns: the whole file.
  /// - Throws: a sentence about what of the model the layout has no room or no name for.
  public func bytes(_ layout: ModelLayout) throws -> [UInt8] {
    let model = layout == .numpy ? self : try forKeras().model
    return try model.plainBytes(layout)
  }

  private func plainBytes(_ layout: ModelLayout) throws -> [UInt8] {
    switch layout {
    case .keras: return try ArchiveWriter(self).bytes()
    case .legacy: return try image { try write(to: $0, style: .keras3) }
    case .keras2: return try image { try write(to: $0, style: .keras2) }
    case .weights: return try treeImage()
    case .legacyWeights:
      return try image { file in
        try LegacyWriter(self, style: .keras2, root: "").write(to: file)
        try selfTest?.write(to: file)
      }
    case .universal: return try UniversalWriter(self).bytes()
    case .json: return Array(try config(.archive).description.utf8)
    case .numpy: return try NumPyWriter(self).bytes()
    case .safetensors: return try SafetensorsWriter(self).bytes()
    }
  }

  /// Writes the model into a file that is being made; the caller may add groups of its own.
  ///
  /// It is a whole model for Keras 3; one that means what only Keras 2 can say is one for Keras 2.
  /// - Parameter file: a new file without Keras's names.
  /// - Throws: a sentence when a name or a layer cannot stand in a Keras file.
  public func write(to file: borrowing NewFile) throws {
    try write(to: file, style: try legacyStyle)
  }

  /// The optimizer as far as it can be written: in the order and the words of Keras 3.
  ///
  /// One of an older Keras is left out until it was made into one of ours, and out of that again.
  var storedOptimizer: OptimizerState? { optimizer?.generation == .keras3 ? optimizer : nil }

  /// The Keras that computes the same from a whole model in HDF5.
  var legacyStyle: ConfigStyle {
    get throws {
      let isFormer = try !network.formerMeanings.isEmpty || description.meansOldHardSigmoid
      return isFormer ? .keras2 : .keras3
    }
  }

  /// The config that all Kerases read: that of Keras 2, unless one of them lacks words for it.
  var universalStyle: ConfigStyle {
    get throws { try isSaidByAll && (try? config(.keras2)) != nil ? .keras2 : legacyStyle }
  }

  /// Whether Keras 3 understands the graph in Keras 2's words: the two count the uses of models in a
  /// graph differently, and hand states over differently.
  private var isSaidByAll: Bool {
    guard let graph = description.model as? Functional else { return true }
    return !graph.layers.contains { $0 is any Model }
      && graph.calls.allSatisfy { call in
        call.inputs.count == 1
          || !GraphWriter.takesStates.contains(type(of: graph.layers[call.layer]).className)
      }
  }

  /// The config, with the shapes of the layers' outputs.
  func config(_ style: ConfigStyle) throws -> JSON {
    let meanings = network.formerMeanings.map(\.rawValue).sorted()
    guard style == .keras2 || meanings.isEmpty else {
      throw KerasFormatError(
        "Writing the model: in it, \(meanings.joined(separator: ", and ")); Keras 3 means it otherwise, "
          + "so it would compute other numbers. Write a layout of Keras 2, or weights alone.")
    }
    return try description.config(style: style, outputs: layerOutputs)
  }

  private var layerOutputs: [String: [Shape]] {
    let open = description.openInputs != nil
    // Shapes with a number of steps that was only assumed would be wrong.
    if open { return [:] }
    return Dictionary(network.summaries.map { ($0.name, $0.outputs) }) { first, _ in first }
  }

  func image(_ fill: (borrowing NewFile) throws -> Void) throws -> [UInt8] {
    let file = try NewFile(inMemory: "model")
    try fill(file)
    return try file.image()
  }

  /// Keras 3's weights as a file.
  func treeImage() throws -> [UInt8] {
    try image { file in
      try TreeWriter(self).write(to: file)
      try selfTest?.write(to: file)
    }
  }

  private func write(to file: borrowing NewFile, style: ConfigStyle) throws {
    if network.formerMeanings.contains(.repeatedSteps) {
      // No config says so, only the version of its writer, which says other things too.
      try file.setAttribute(
        "config_version", of: StoredModel.ownGroup, to: .text(LegacyLayout.standaloneVersion))
    }
    let writer = LegacyWriter(self, style: style, root: LegacyLayout.modelWeights)
    try writeHead(to: file, style: style, training: try writer.training)
    try writer.write(to: file)
    try writer.writeOptimizer(to: file)
    try selfTest?.write(to: file)
  }

  /// Writes the attributes of a whole model: what it is, and what it was compiled with.
  func writeHead(to file: borrowing NewFile, style: ConfigStyle, training: JSON?) throws {
    let version = style == .keras2 ? LegacyLayout.keras2Version : LegacyLayout.version
    try file.setAttribute("backend", to: .text(LegacyLayout.backend))
    try file.setAttribute("keras_version", to: .text(version))
    try file.setAttribute("model_config", to: .text(try config(style).description))
    guard let training else { return }
    try file.setAttribute("training_config", to: .text(training.description))
  }
}
