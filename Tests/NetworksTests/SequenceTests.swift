import KerasFormat
import Networks
import TestSupport
import Testing

/// Masks, states, wrappers, cells and embeddings beside real Keras, from Keras's own configs.
@Suite struct SequenceTests {
  private static let count = 95

  @Test func layersComputeWhatKerasComputes() throws {
    let cases = ReferenceFile.cases(of: "sequences")
    #expect(cases.count == Self.count)
    let file = try ReferenceFile("sequences")
    var outputs = Comparison(tolerance: 2e-6)
    var gradients = Comparison(tolerance: 5e-6)
    for name in cases {
      let reference = try file.reference(name)
      let probe = Probe(try reference.graph(rows: reference.rows()))
      if try reference.contains("weights") { probe.setWeights(try reference.floats("weights")) }
      let states = try (0..<probe.network.inputs.count - 1).map {
        try reference.floats("state_\($0)")
      }
      let pass = probe.forward(try reference.floats("inputs"), more: states)
      let slopes = try probe.network.outputs.indices.map { index in
        try outputs.add(
          probe.output(pass, index), "outputs_\(index)", of: reference, title: name)
        return try reference.floats("output_gradient_\(index)")
      }
      #expect(try !reference.contains("outputs_\(slopes.count)"), "\(name)")
      let inputGradient = probe.backward(pass, from: slopes)
      if try reference.contains("input_gradient") {
        try gradients.add(inputGradient, "input_gradient", of: reference, title: name)
      }
      for index in states.indices {
        try gradients.add(
          probe.inputGradient(pass, index + 1), "state_gradient_\(index)", of: reference,
          title: name)
      }
      guard try reference.contains("weights") else { continue }
      try gradients.add(probe.gradients.values, "gradients", of: reference, title: name)
    }
    print("Keras's sequences: outputs \(outputs.summary)")
    print("Keras's sequences: gradients \(gradients.summary)")
  }

  /// Parameters have Keras's shapes and order, and stand where Keras 3's weights files have them.
  @Test func parametersStandWhereKerasHasThem() throws {
    let file = try ReferenceFile("sequences")
    for name in ReferenceFile.cases(of: "sequences") {
      let reference = try file.reference(name)
      guard try reference.contains("weights") else { continue }
      let network = try reference.graph(rows: 1)
      var counts: [String: Int] = [:]
      let places = network.parameters.map { parameter in
        defer { counts[parameter.object, default: 0] += 1 }
        return "\(parameter.object)/vars/\(counts[parameter.object, default: 0])"
      }
      #expect(try places == (reference.json("objects") as? [String]), "\(name)")
      let table = network.parameters.map { "\($0.path) \($0.slot.shape)" }
      #expect(try table == reference.graphVariables(), "\(name)")
      #expect(Set(network.parameters.map(\.path)).count == table.count, "\(name)")
    }
  }

  /// What we write of a layer reads back as the same layer, and is what Keras wrote.
  @Test func configsAreThoseOfKeras() throws {
    let file = try ReferenceFile("sequences")
    for name in ReferenceFile.cases(of: "sequences") {
      let reference = try file.reference(name)
      let wrappers = try JSON(parsing: reference.text("layers")).array ?? []
      for (layer, wrapper) in zip(try reference.layers(), wrappers) {
        let (className, config) = try layerConfig(layer, name: layer.name ?? "")
        #expect(className == wrapper["class_name"]?.string)
        let differences = differences(.object(config), try #require(wrapper["config"]), "")
        #expect(differences.isEmpty, "\(name): \(differences)")
      }
    }
  }

  /// The places at which two configs differ; Keras 3.15 has keys that Keras 3.0 does not know.
  private func differences(_ ours: JSON, _ keras: JSON, _ place: String) -> [String] {
    guard let one = ours.object, let other = keras.object else {
      if let one = ours.array, let other = keras.array, one.count == other.count {
        return zip(one, other).flatMap { differences($0, $1, place) }
      }
      let isDataType = place.hasSuffix("/dtype") && ours == "float32"
      return ours == keras || isDataType ? [] : ["\(place): \(ours), not \(keras)"]
    }
    let ignored: Set = [
      "build_config", "shared_object_id", "quantization_config", "input_axes", "output_axes",
    ]
    let keys = Set(one.keys).union(other.keys).subtracting(ignored)
    return keys.sorted().flatMap { key in
      guard let first = one[key], let second = other[key] else {
        return ["\(place)/\(key) is missing"]
      }
      return differences(first, second, "\(place)/\(key)")
    }
  }
}

extension Reference {
  /// The layers of a case in a row; the last one takes the given states too.
  fileprivate func graph(rows: Int) throws -> Network {
    var model = Functional(name: "net")
    var flowing = try [model.input("x", inputShape())]
    while try contains("state_\(flowing.count - 1)") {
      let units = try shape("state_\(flowing.count - 1)")[1]
      flowing.append(model.input("state_\(flowing.count - 1)", Shape([units])))
    }
    let layers = try layers()
    for (index, layer) in layers.enumerated() {
      let isLast = index == layers.count - 1
      let handle = model.add(layer)
      flowing[0] = model.call(handle, isLast ? flowing : [flowing[0]])
    }
    var count = 0
    while try contains("outputs_\(count)") { count += 1 }
    model.outputs = (0..<count).map { flowing[0].output($0) }
    return try model.network(rows: rows, inputGradients: true)
  }

  /// Keras's paths of the weights with their shapes.
  fileprivate func graphVariables() throws -> [String] {
    let table = try JSON(parsing: text("variables", of: "weights")).array ?? []
    return table.map { entry in
      let shape = entry.array?[1].array?.compactMap(\.int) ?? []
      return "\(entry.array?[0].string ?? "") \(shape)"
    }
  }
}
