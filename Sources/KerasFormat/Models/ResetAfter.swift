/// Says for GRUs whose config does not where they reset their state: their biases tell.
///
/// The word exists since Keras 2.1.5, with other defaults in standalone Keras and in TensorFlow. A
/// bias of two rows, or cuDNN's of twice the length, belongs to a reset after the product.
struct ResetAfter {
  private let shapes: Set<[Int]>

  /// Looks at the arrays of a file.
  init(_ weights: StoredModel) {
    shapes = Set(weights.layers.flatMap(\.weights).map(\.shape) + weights.variables.map(\.shape))
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

  private func isAfter(_ units: Int) -> Bool? {
    let after = shapes.contains([2, 3 * units]) || shapes.contains([6 * units])
    let before = shapes.contains([3 * units]) || shapes.contains([units])
    return after == before ? nil : after
  }
}
