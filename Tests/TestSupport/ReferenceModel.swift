import KerasFormat
import Networks

extension Reference {
  /// The network of a case, from the layers that its attribute lists in Keras's words.
  ///
  /// - Parameter rows: the most rows that run at once.
  /// - Returns: a network whose input gets a gradient too.
  /// - Throws: a sentence when the case cannot be read or built.
  public func network(rows: Int) throws -> Network {
    try Sequential(name: "net", input: inputShape(), layers())
      .network(rows: rows, inputGradients: true)
  }

  /// The layers that the attribute of a case lists in Keras's words.
  public func layers() throws -> [any Layer] {
    let wrappers = try JSON(parsing: text("layers")).array ?? []
    return try wrappers.map { wrapper in
      try layer(
        className: wrapper["class_name"]?.string ?? "",
        options: wrapper["config"]?.object ?? JSONObject(), source: .file(.keras3))
    }
  }

  /// The network of a case, from the whole config that Keras wrote; nil where the case has none.
  public func configuredNetwork(rows: Int) throws -> Network? {
    let config = try text("config")
    guard !config.isEmpty else { return nil }
    let description = try ModelDescription(
      config: JSON(parsing: config), source: .file(.keras3))
    return try description.model.network(rows: rows, inputGradients: true)
  }

  /// The loss of a case.
  public func loss() throws -> any Loss {
    try lossValue(JSON(parsing: text("loss")), source: .file(.keras3))
  }

  /// The metric of a case, for the shapes of an output and its targets.
  public func metric(output: Shape, target: Shape) throws -> any Metric {
    let config = try text("config")
    let json = config.isEmpty ? try JSON.string(text("metric")) : try JSON(parsing: config)
    return try metricValue(json, output: output, target: target, source: .file(.keras3))
  }

  /// The shape of one sample of the inputs.
  public func inputShape() throws -> Shape { Shape(Array(try shape("inputs").dropFirst())) }

  /// How many rows a case has.
  public func rows() throws -> Int { try shape("inputs")[0] }

  /// Keras's paths of the weights, below the model, with their shapes.
  public func variables() throws -> [String] {
    let table = try JSON(parsing: text("variables", of: "weights")).array ?? []
    return table.map { entry in
      let path = (entry.array?[0].string ?? "").split(separator: "/").dropFirst()
      let shape = entry.array?[1].array?.compactMap(\.int) ?? []
      return "\(path.joined(separator: "/")) \(shape)"
    }
  }
}
