import KerasFormat
import Networks
import Training

/// The layers of the run's model.
struct ModelSection {
  let record: RunRecord

  /// Nothing where there is no model yet.
  func section() -> ReportSection? {
    guard let model = try? TrainedModel(path: record.path) else { return nil }
    let network = model.saved.network
    let rows = network.summaries.map { layer in
      [
        "\(layer.name) (\(layer.className))",
        layer.outputs.map(\.description).joined(separator: ", "),
        Format.count(layer.parameters), Format.count(layer.flops),
      ]
    }
    let inputs = network.inputs.map { "\($0.shape)" }.joined(separator: " and ")
    return ReportSection(
      id: "model", title: "Model",
      content: """
        <p>\(Format.count(network.parameterCount)) parameters. A sample of the input has the shape \
        \(inputs).</p>
        \(HTML.table(
          ["layer", "output shape", "parameters", "FLOPs a sample"], rows,
          caption: "Layers of the model"))
        """)
  }
}
