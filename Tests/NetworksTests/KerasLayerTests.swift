import Networks
import TestSupport
import Testing

/// Layers, alone and in stacks, beside real Keras: every output, loss and gradient.
@Suite struct KerasLayerTests {
  @Test func layersComputeWhatKerasComputes() throws {
    let cases = ReferenceFile.cases(of: "layers")
    #expect(cases.count == 169)
    let file = try ReferenceFile("layers")
    var outputs = Comparison(tolerance: 2e-6)
    var gradients = Comparison(tolerance: 5e-6)
    var stateful = 0
    for name in cases {
      let reference = try file.reference(name)
      let probe = Probe(try reference.network(rows: reference.rows()))
      probe.setWeights(try reference.floats("weights"))
      if try reference.contains("first_inputs") {
        stateful += 1
        let pass = probe.forward(try reference.floats("first_inputs"))
        try outputs.add(probe.output(pass), "first_outputs", of: reference, title: name)
      }
      let pass = probe.forward(try reference.floats("inputs"))
      try outputs.add(probe.output(pass), "outputs", of: reference, title: name)
      let result = probe.differentiate(
        try reference.loss(), pass, targets: try reference.floats("targets"),
        sampleWeights: try reference.contains("sample_weight")
          ? reference.floats("sample_weight") : nil)
      try outputs.add([Float(result.loss)], "loss", of: reference, title: name)
      try gradients.add(result.inputGradient, "input_gradient", of: reference, title: name)
      try gradients.add(probe.gradients.values, "gradients", of: reference, title: name)
    }
    #expect(stateful == 12)
    #expect(outputs.arrays == 2 * 169 + 12 && gradients.arrays == 2 * 169)
    print("Keras's layers: outputs \(outputs.summary)")
    print("Keras's layers: gradients \(gradients.summary)")
  }

  /// Every activation that is not in `layers`, alone and in cells.
  @Test func activationsAreThoseOfKeras() throws {
    let cases = ReferenceFile.cases(of: "activations")
    #expect(cases.count == 79)
    let file = try ReferenceFile("activations")
    var outputs = Comparison(tolerance: 2e-6)
    var gradients = Comparison(tolerance: 5e-6)
    for name in cases {
      let reference = try file.reference(name)
      let probe = Probe(try reference.network(rows: reference.rows()))
      probe.setWeights(try reference.floats("weights"))
      let pass = probe.forward(try reference.floats("inputs"))
      try outputs.add(probe.output(pass), "outputs", of: reference, title: name)
      let result = probe.differentiate(
        try reference.loss(), pass, targets: try reference.floats("targets"), sampleWeights: nil)
      try outputs.add([Float(result.loss)], "loss", of: reference, title: name)
      try gradients.add(result.inputGradient, "input_gradient", of: reference, title: name)
      try gradients.add(probe.gradients.values, "gradients", of: reference, title: name)
    }
    print("Keras's activations: outputs \(outputs.summary)")
    print("Keras's activations: gradients \(gradients.summary)")
  }

  /// The table of parameters has Keras's paths, shapes and order, from either description.
  @Test func parametersAreNamedAsInKeras() throws {
    let file = try ReferenceFile("layers")
    var configured = 0
    for name in ReferenceFile.cases(of: "layers") {
      let reference = try file.reference(name)
      let expected = try reference.variables()
      #expect(table(try reference.network(rows: 1)) == expected, "\(name)")
      guard let network = try reference.configuredNetwork(rows: reference.rows()) else { continue }
      configured += 1
      #expect(table(network) == expected, "\(name)")
    }
    #expect(configured == 92)
  }

  /// A network from Keras's own config computes the same bits as one from a list of layers.
  @Test func configsOfKerasMakeTheSameNetworks() throws {
    let file = try ReferenceFile("layers")
    for name in ReferenceFile.cases(of: "layers") {
      let reference = try file.reference(name)
      let rows = try reference.rows()
      guard let configured = try reference.configuredNetwork(rows: rows) else { continue }
      let results = try [configured, reference.network(rows: rows)].map { network in
        let probe = Probe(network)
        probe.setWeights(try reference.floats("weights"))
        return probe.output(probe.forward(try reference.floats("inputs")))
      }
      #expect(results[0] == results[1], "\(name)")
    }
  }

  @Test func dropoutInTrainingIsWhatKerasComputesWithOurMasks() throws {
    let cases = ReferenceFile.cases(of: "dropout")
    #expect(cases.count == 48)
    let file = try ReferenceFile("dropout")
    var outputs = Comparison(tolerance: 2e-6)
    var gradients = Comparison(tolerance: 5e-6)
    for name in cases {
      let reference = try file.reference(name)
      var probe = Probe(try reference.network(rows: reference.rows()))
      probe.setWeights(try reference.floats("weights"))
      probe.noise = try reference.noise()
      let pass = probe.forward(try reference.floats("inputs"), training: true)
      try outputs.add(probe.output(pass), "outputs", of: reference, title: name)
      let inputGradient = probe.backward(pass, from: [try reference.floats("output_gradient")])
      try gradients.add(inputGradient, "input_gradient", of: reference, title: name)
      try gradients.add(probe.gradients.values, "gradients", of: reference, title: name)
    }
    #expect(outputs.arrays == 48 && gradients.arrays == 2 * 48)
    print("Keras's dropout: outputs \(outputs.summary)")
    print("Keras's dropout: gradients \(gradients.summary)")
  }

  private func table(_ network: Network) -> [String] {
    network.parameters.map { "\($0.path) \($0.slot.shape)" }
  }
}

extension Reference {
  /// Where the masks of a case are drawn.
  fileprivate func noise() throws -> (seed: UInt64, step: Int, row: Int) {
    let noise = try #require(json("noise") as? [String: Int])
    return (
      UInt64(try #require(noise["seed"])), try #require(noise["step"]), try #require(noise["row"])
    )
  }
}
