/// Says for GRUs whose config does not where they reset their state: their biases tell.
///
/// The word exists since Keras 2.1.5, with other defaults in standalone Keras and in TensorFlow. A
/// bias of two rows, or cuDNN's of twice the length, belongs to a reset after the product.
struct ResetAfter {
  /// The shapes of the arrays, layer by layer.
  private let shapes: [[Int]]

  /// Looks at the arrays of a file.
  init(_ weights: StoredModel) {
    shapes = (weights.layers.flatMap(\.weights) + weights.variables).map(\.shape)
  }

  /// The config with the word wherever the biases decide it.
  func settle(_ json: JSON) -> JSON {
    if let values = json.array { return .array(values.map(settle)) }
    guard let object = json.object else { return json }
    var settled = JSONObject()
    for (key, value) in object.pairs { settled[key] = settle(value) }
    let isGRU = ["GRU", "GRUCell"].contains(object["class_name"]?.string ?? "")
    if isGRU, var config = settled["config"]?.object, config["reset_after"] == nil,
      let units = (config["units"] ?? config["output_dim"])?.int,
      (1...SizeLimits.extent).contains(units), let isAfter = isAfter(units)
    {
      config["reset_after"] = .bool(isAfter)
      settled["config"] = .object(config)
    }
    return .object(settled)
  }

  /// What the biases behind recurrent kernels of these units say; nil where they do not agree.
  private func isAfter(_ units: Int) -> Bool? {
    var found: Set<Bool> = []
    for index in shapes.indices.dropFirst().dropLast() {
      let (kernel, recurrent, bias) = (shapes[index - 1], shapes[index], shapes[index + 1])
      guard kernel.count == 2, kernel[1] == 3 * units, recurrent == [units, 3 * units] else {
        continue
      }
      if bias == [2, 3 * units] || bias == [6 * units] { found.insert(true) }
      if bias == [3 * units] { found.insert(false) }
    }
    return found.count == 1 ? found.first : nil
  }
}
