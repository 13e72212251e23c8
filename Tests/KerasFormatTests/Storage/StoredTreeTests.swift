import HDF5
import KerasFormat
import Testing

/// Trees as other versions of Keras write them.
@Suite struct StoredTreeTests {
  @Test func numbersSortAsNumbers() throws {
    let model = try StoredFixture.read { file in
      for k in 0..<12 { try file.write([Float(k)], shape: [1], to: "layers/dense/vars/\(k)") }
      for k in 0..<11 { try file.write([Float(k)], shape: [1], to: "optimizer/vars/\(k)") }
    }
    #expect(model.layout == .weights3)
    #expect(model.variables.map { $0.values[0] } == (0..<12).map(Float.init))
    #expect(model.optimizer.map { $0.values[0] } == (0..<11).map(Float.init))
  }

  /// tf.keras 2.13 names the groups after its attribute, in nested models too.
  @Test func dependenciesAreLayers() throws {
    let model = try StoredFixture.read { file in
      let top = "_layer_checkpoint_dependencies"
      try file.write([Float(1)], shape: [1], to: "\(top)/sequential/\(top)/lstm/cell/vars/0")
      try file.write([Float(2)], shape: [1], to: "metrics/mean/vars/0")
      try file.write([Float(3)], shape: [1], to: "vars/0")
    }
    #expect(
      model.variables.map(\.name) == ["layers/sequential/layers/lstm/cell/vars/0", "vars/0"])
    #expect(model.variables.map { $0.values[0] } == [1, 3])
  }

  /// A model of a class of its own keeps layers under the names of its attributes.
  @Test func attributesOfOwnClasses() throws {
    let model = try StoredFixture.read { file in
      try file.write([Float(1)], shape: [1], to: "encoder/cell/vars/0")
    }
    #expect(model.variables.map(\.name) == ["encoder/cell/vars/0"])
  }

  @Test func keras0() throws {
    let model = try StoredFixture.read { file in
      try file.setAttribute("nb_layers", to: .integers([2]))
      try file.setAttribute("nb_params", of: "layer_0", to: .integers([0]))
      try file.setAttribute("nb_params", of: "layer_1", to: .integers([2]))
      try file.write([Float(1), 2], shape: [1, 2], to: "layer_1/param_0")
      try file.write([Float(3)], shape: [1], to: "layer_1/param_1")
    }
    #expect(model.layout == .legacyWeights && model.kerasVersion == nil)
    #expect(model.layers.map(\.name) == ["layer_0", "layer_1"])
    #expect(model.layers[1].weights.map(\.values) == [[1, 2], [3]])
  }

  @Test func weightsBesideTheLayersAndLongLists() throws {
    let long = (0..<900).map { "layer_with_a_long_name_\(String(repeating: "x", count: 60))_\($0)" }
    let model = try StoredFixture.read { file in
      try file.setAttribute("layer_names", to: .names(long))
      for name in long { try file.setAttribute("weight_names", of: name, to: .names([])) }
      let top = "top_level_model_weights"
      try file.setAttribute("weight_names", of: top, to: .names(["a/b:0"]))
      try file.write([Float(7)], shape: [], to: "\(top)/a/b:0")
    }
    #expect(model.layers.map(\.name) == long)
    #expect(model.topLevel.map(\.name) == ["a/b:0"] && model.topLevel[0].values == [7])
  }

  @Test func whatIsOurs() throws {
    let model = try StoredFixture.read { file in
      try file.write([Float(1)], shape: [1], to: "layers/dense/vars/0")
      try file.setAttribute("seed", of: "lockstep/self_test", to: .integers([7]))
      try file.setAttribute("state", of: "lockstep", to: .text("{}"))
      try file.write([Double(0.5)], shape: [], to: "lockstep/self_test/inputs/0")
      try file.write([5], shape: [], to: "lockstep/self_test/steps")
    }
    #expect(model.extraAttributes == ["lockstep/self_test@seed": "7", "lockstep@state": "{}"])
    #expect(
      model.extras.map(\.name) == ["lockstep/self_test/inputs/0", "lockstep/self_test/steps"])
    #expect(model.extras.map(\.values) == [[0.5], [5]] && model.extras[1].integer == 5)
    #expect(model.variables.count == 1)
  }

  /// The same weights under the names of two generations.
  @Test func bothTreesAtOnce() throws {
    let model = try StoredFixture.read { file in
      try file.setAttribute("layer_names", to: .names(["dense"]))
      try file.setAttribute("weight_names", of: "dense", to: .names(["dense/kernel:0"]))
      try file.write([Float(1)], shape: [1, 1], to: "dense/dense/kernel:0")
      try file.write([Float(1)], shape: [1, 1], to: "layers/dense/vars/0")
    }
    #expect(model.layout == .legacyWeights)
    #expect(model.layers[0].weights[0].values == model.variables[0].values)
  }

  @Test func whatIsMissingIsSaid() throws {
    let noNames = StoredFixture.sentence {
      _ = try StoredFixture.read { file in
        try file.setAttribute("layer_names", to: .names(["dense"]))
        try file.write([Float(1)], shape: [1], to: "dense/kernel")
      }
    }
    #expect(noNames.contains("'dense' has no attribute 'weight_names'"))
    let noArray = StoredFixture.sentence {
      _ = try StoredFixture.read { file in
        try file.setAttribute("layer_names", to: .names(["dense"]))
        try file.setAttribute("weight_names", of: "dense", to: .names(["kernel", "bias"]))
        try file.write([Float(1)], shape: [1], to: "dense/kernel")
      }
    }
    #expect(noArray.hasPrefix("there is no '/dense/bias' in 'made'"))
    let others = StoredFixture.sentence {
      _ = try StoredFixture.read { file in try file.write([Float(1)], shape: [1], to: "x") }
    }
    #expect(others.contains("not a Keras model: it looks like HDF5 of another program, with 'x'"))
  }
}
