import KerasFormat

/// A file of weights alone: its arrays, layer by layer.
struct StoredInspection {
  private let stored: StoredModel

  init(_ stored: StoredModel) { self.stored = stored }

  func print() {
    Output.line("Weights in \(stored.name)")
    Output.line(stored.writer)
    Output.line()
    var table = Table(["Array", "Shape", "Type", "Least", "Largest"], rightAligned: [3, 4])
    for layer in stored.layers {
      for array in layer.weights { table.add(row(array, "\(layer.name): \(array.name)")) }
    }
    for array in stored.topLevel + stored.variables { table.add(row(array, array.name)) }
    table.lines.forEach { Output.line($0) }
    let count = (stored.layers.flatMap(\.weights) + stored.variables).reduce(0) { $0 + $1.count }
    Output.line()
    Output.line("Parameters  \(Format.count(count))")
    if !stored.optimizer.isEmpty {
      Output.line("Optimizer   \(stored.optimizer.count) variables")
    }
    Output.line("The layers are not in the file; give --architecture to see them as a model.")
  }

  private func row(_ array: StoredArray, _ name: String) -> [String] {
    let finite = array.values.filter(\.isFinite)
    let odd = finite.count < array.values.count ? " (not all finite)" : ""
    return [
      name, "(\(array.shape.map(String.init).joined(separator: ", ")))", array.elementType + odd,
      finite.min().map { Format.metric(Double($0)) } ?? "-",
      finite.max().map { Format.metric(Double($0)) } ?? "-",
    ]
  }
}

extension StoredModel {
  /// Who wrote the file, and in which layout.
  var writer: String {
    let kind =
      switch layout {
      case .legacyWeights: "legacy weights in HDF5"
      case .legacyModel: "a whole model in HDF5"
      case .weights3: "weights of Keras 3 in HDF5"
      case .archive: "a .keras archive"
      case .sharded: "weights of Keras 3 in several files"
      case .json: "a model's JSON"
      }
    let version = kerasVersion.map { "Keras \($0)" }
    let unknown = layout == .legacyWeights || layout == .legacyModel ? "Keras 1" : "Keras 3"
    return "Written by \(version ?? unknown)\(backend.map { " on \($0)" } ?? ""): \(kind)"
  }
}
