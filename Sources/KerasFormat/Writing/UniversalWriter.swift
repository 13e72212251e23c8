import HDF5
import Networks

/// Writes one HDF5 file for all generations of Keras: each array stands in it once, under the names
/// of the legacy layout and, through hard links, under those of Keras 3.
///
/// Keras 3's `load_weights` finds `layers/…`; the `load_weights` of Keras 1 and 2, and Keras 3's for
/// names that end in `.h5` alone, find `model_weights`; `load_model` finds `model_config` too.
struct UniversalWriter {
  private let model: SavedModel

  init(_ model: SavedModel) { self.model = model }

  /// The whole file.
  func bytes() throws -> [UInt8] {
    let file = try NewFile(inMemory: "model", hasCompactGroups: true)
    try model.write(to: file)
    let legacy = LegacyWriter(
      model, style: try model.legacyStyle, root: LegacyLayout.modelWeights)
    var existing: [String: String] = [:]
    for parameter in model.network.parameters {
      existing[parameter.path] =
        "/\(LegacyLayout.modelWeights)/\(parameter.layer)/\(legacy.name(of: parameter))"
    }
    var weights = model
    weights.optimizer = nil
    try TreeWriter(weights, existing: existing).write(to: file)
    for (number, variable) in (model.storedOptimizer?.variables ?? []).enumerated() {
      try file.link(
        "/\(LegacyLayout.optimizerWeights)/\(variable.name)", to: "optimizer/vars/\(number)")
    }
    return try file.image()
  }
}
