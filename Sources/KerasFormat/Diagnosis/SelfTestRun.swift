import Networks
import Tensors

extension SelfTest {
  /// Draws inputs for a model, and computes what it gives for them.
  ///
  /// Inputs that go into an Embedding get whole numbers below the smallest vocabulary. It fails where
  /// the outputs are not finite, so that nothing could be compared.
  ///
  /// - Parameters:
  ///   - model: the model with its weights.
  ///   - seed: what the inputs are a function of.
  public init?(of model: SavedModel, seed: Int = 0) {
    let rows = model.description.batchSize ?? 3
    let ids = model.network.parameters.filter { $0.name.hasSuffix("embeddings") }
    let vocabulary = ids.compactMap(\.slot.shape.first).min()
    var random = RandomStream(seed: UInt64(bitPattern: Int64(seed)), stream: 0x7465_7374)
    inputs = model.network.inputs.enumerated().map { index, input in
      let isText = vocabulary != nil && input.shape.dimensions.count == 1
      let values = (0..<rows * input.shape.count).map { _ in
        isText ? Float(random.uniform(below: UInt64(vocabulary ?? 1))) : Float(random.normal())
      }
      return StoredArray(
        name: "inputs/\(index)", shape: [rows] + input.shape.dimensions, values: values)
    }
    let found = Self.outputs(model.network, model.weights, inputs.map(\.values), rows: rows)
    guard found.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    outputs = zip(model.network.outputs, found).enumerated().map { index, output in
      StoredArray(
        name: "outputs/\(index)", shape: [rows] + output.0.shape.dimensions, values: output.1)
    }
    tolerance = 1e-5
    self.seed = seed
  }

  /// How far a network is from the outputs, in parts of the largest of each.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - weights: its weights.
  /// - Returns: the largest difference; nil where inputs or outputs have other shapes.
  public func difference(_ network: Network, _ weights: Arena) -> Double? {
    guard let rows = inputs.first?.shape.first, rows > 0,
      inputs.map(\.shape) == network.inputs.map({ [rows] + $0.shape.dimensions }),
      outputs.map(\.shape) == network.outputs.map({ [rows] + $0.shape.dimensions })
    else { return nil }
    var worst = 0.0
    let found = Self.outputs(network, weights, inputs.map(\.values), rows: rows)
    for (values, expected) in zip(found, outputs) {
      let scale = expected.values.reduce(0) { max($0, Double(abs($1))) }
      for (value, wanted) in zip(values, expected.values) {
        let difference = abs(Double(value) - Double(wanted)) / max(scale, 1e-30)
        // A NaN is a difference.
        if !(difference <= worst) { worst = difference.isNaN ? .infinity : difference }
      }
    }
    return worst
  }

  private static func outputs(
    _ network: Network, _ weights: Arena, _ inputs: [[Float]], rows: Int
  ) -> [[Float]] {
    Inference(network, weights: weights, batch: rows).outputs(inputs, rows: rows)
  }
}

extension SavedModel {
  /// Computes the self-test that came with the model.
  ///
  /// - Parameters:
  ///   - name: what the file is called in sentences.
  ///   - config: the text that the layers were read from.
  ///   - source: who wrote it.
  /// - Throws: a sentence with the mistake that explains the difference, if one is known.
  func checkItself(_ name: String, config: JSON, source: ConfigSource) throws {
    guard let selfTest, skipped.isEmpty else { return }
    let shapes = selfTest.inputs.map { Shape(Array($0.shape.dropFirst())) }
    let rows = max(1, min(selfTest.inputs.first?.shape.first ?? 1, 64))
    let read: @Sendable (JSON) throws -> Network = { config in
      try ModelDescription(config: config, source: source, inputs: shapes).network(rows: rows)
    }
    let network: Network
    do { network = try read(config) } catch {
      throw KerasFormatError(
        "Reading the model '\(name)': its self-test has inputs of other shapes than the model: "
          + "\(error). \(Self.way)")
    }
    guard let difference = selfTest.difference(network, weights) else {
      throw KerasFormatError(
        "Reading the model '\(name)': its self-test has outputs of other shapes than the model. "
          + Self.way)
    }
    guard difference > selfTest.tolerance else { return }
    let diagnosis = Diagnosis(
      config: config, read: read, network: network, weights: weights,
      fits: { (selfTest.difference($0, $1) ?? .infinity) <= selfTest.tolerance })
    let reason = diagnosis.explanation().map { "This explains it: \($0)." }
    throw KerasFormatError(
      "Reading the model '\(name)': it does not compute what its self-test says; the worst output is "
        + "off by \(Float(difference)) of the largest, and \(Float(selfTest.tolerance)) is allowed. "
        + "\(reason ?? "No mistake that is known explains it.") \(Self.way)")
  }

  private static let way =
    "Write the file again, or pass --ignore-self-test to take it as it is."
}
