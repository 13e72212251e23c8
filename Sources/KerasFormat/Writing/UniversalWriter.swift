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
    let style = try model.universalStyle
    try model.write(to: file, style: style)
    let legacy = LegacyWriter(model, style: style, root: LegacyLayout.modelWeights)
    var existing: [String: String] = [:]
    for parameter in model.network.parameters {
      existing[parameter.path] =
        "/\(LegacyLayout.modelWeights)/\(parameter.layer)/\(legacy.name(of: parameter))"
    }
    var weights = model
    weights.optimizer = nil
    try TreeWriter(weights, existing: existing).write(to: file)
    try linkOptimizer(in: file, style)
    return try file.image()
  }

  /// Keras 3's list of the optimizer's variables; Keras 2's lacks the learning rate.
  private func linkOptimizer(in file: borrowing NewFile, _ style: ConfigStyle) throws {
    guard let optimizer = model.storedOptimizer else { return }
    for (number, variable) in optimizer.variables.enumerated() {
      let path = "optimizer/vars/\(number)"
      if style == .keras2, variable.name.hasSuffix("/learning_rate") {
        try file.write(variable, to: path)
      } else {
        let name = style == .keras2 ? "\(variable.name):0" : variable.name
        try file.link("/\(LegacyLayout.optimizerWeights)/\(name)", to: path)
      }
    }
  }
}
