import HDF5
import KerasFormat
import Networks
import Tensors
import Testing

/// Models with layers that Keras does not have: kept in our own files, replaced in Keras's.
@Suite struct KerasExportTests {
  private func saved(_ model: any Model, rows: Int = 3) throws -> SavedModel {
    let description = ModelDescription(model: model)
    let network = try description.network(rows: rows)
    let weights = Arena(count: network.parameterCount)
    var random = RandomStream(seed: 5, stream: 1)
    for index in 0..<weights.count { weights.base[index] = Float(0.5 * random.normal()) }
    return SavedModel(description: description, network: network, weights: weights)
  }

  /// Own layers at every depth: in a row, in a model, in both directions, at every step.
  private func everywhere() throws -> SavedModel {
    var inner = Functional(name: "inner")
    let z = inner.input("z", Shape([4, 3]))
    inner.outputs = [inner.call(HandBuiltLSTM(3, returnSequences: true), z)]
    var model = Functional(name: "outer")
    let x = model.input("x", Shape([4, 3]))
    let first = model.call(inner, model.call(Masking(9), x))
    let both = model.call(
      Bidirectional(HandBuiltLSTM(2, returnSequences: true), mergeMode: .concat), first)
    let states = model.call(
      HandBuiltLSTM(4, returnSequences: true, name: "own") { $0.returnState = true }, both)
    var other = HandBuiltLSTM(4) {
      $0.useBias = false
      $0.goBackwards = true
    }
    other.forgetBias = 0
    let last = model.call(model.add(other), [states, states.output(1), states.output(2)])
    model.outputs = [model.call(Dense(2), last), states.output(2)]
    model.frozen = ["own"]
    return try saved(model)
  }

  private func difference(_ one: SavedModel, _ other: SavedModel) throws -> Double {
    let test = try #require(SelfTest(of: one, seed: 3))
    return try #require(test.difference(other.network, other.weights))
  }

  @Test func ownLayersBecomeKerasLayers() throws {
    let model = try everywhere()
    let (keras, notices) = try model.forKeras()
    #expect(notices.count == 5)
    #expect(notices[0].contains("'inner/hand_built_lstm', a HandBuiltLSTM"))
    #expect(try difference(model, keras) < 2e-6)
    let paths = keras.network.parameters.map(\.path)
    #expect(paths.contains("inner/hand_built_lstm/lstm_cell/recurrent_kernel"))
    #expect(paths.contains("bidirectional/backward_hand_built_lstm/lstm_cell/bias"))
    #expect(keras.description.model.frozen == ["own"])
    #expect(try keras.forKeras().notices.isEmpty)
  }

  @Test(arguments: [ModelLayout.keras, .legacy, .keras2, .universal])
  func everyLayoutHasKerasLayersAlone(_ layout: ModelLayout) throws {
    let model = try everywhere()
    let stored = try StoredModel(readingTrusted: try model.bytes(layout), name: "back")
    #expect(stored.config?.contains("HandBuilt") == false)
    let back = try SavedModel(stored, rows: 3)
    #expect(back.selfTest != nil, "it was drawn from the model with its own layers, and holds")
    #expect(try difference(model, back) < 2e-6)
  }

  @Test func ourOwnFilesKeepOwnLayers() throws {
    let own = PeepholeLSTM(3, outputActivation: .linear, returnSequences: true, name: "seen")
    let layers: [any Layer] = [
      own, HandBuiltLSTM(4, returnSequences: true), Bidirectional(HandBuiltLSTM(2)), Dense(2),
    ]
    let model = try saved(Sequential(name: "row", input: Shape([5, 3]), layers))
    let file = try NewFile(inMemory: "own")
    try model.write(to: file)
    let stored = try StoredModel(readingTrusted: try file.image(), name: "back")
    #expect(stored.config?.contains("\"Lockstep>PeepholeLSTM\"") == true)
    let back = try SavedModel(stored, rows: 3)
    #expect(back.network.parameters.map(\.path) == model.network.parameters.map(\.path))
    #expect(back.weights.values == model.weights.values)
    #expect(try difference(model, back) == 0)
    let first = try #require(back.description.model.layers.first as? PeepholeLSTM)
    #expect(first.outputActivation == .linear && first.options.returnSequences)
  }

  @Test(arguments: [ModelLayout.keras, .safetensors, .json])
  func whatKerasLacksIsRefusedByName(_ layout: ModelLayout) throws {
    let model = try saved(Sequential(input: Shape([5, 3]), [PeepholeLSTM(3, name: "seen")]))
    #expect {
      try model.bytes(layout)
    } throws: {
      "\($0)".contains("the layer 'seen': Keras has no LSTM with peepholes; keep the model")
    }
    #expect(try !model.bytes(.numpy).isEmpty)
  }

  @Test(arguments: [true, false]) func tiedLayersGetACopyOfTheTable(_ useBias: Bool) throws {
    var tied = TiedDense(6, tiedTo: "table", activation: .softmax)
    tied.useBias = useBias
    let model = try saved(
      Sequential(
        input: Shape([5]), [Embedding(6, 4, name: "table"), LSTM(4, returnSequences: true), tied]))
    let (keras, notices) = try model.forKeras()
    #expect(notices.count == 1 && keras.description.model.layers[2] is Dense)
    #expect(try difference(model, keras) < 2e-6)
    let back = try SavedModel(
      StoredModel(readingTrusted: try model.bytes(.keras), name: "back"), rows: 3)
    #expect(try difference(model, back) < 2e-6)
  }

  @Test func constraintsOnBothKernelsAreRefused() throws {
    let layer = HandBuiltLSTM(3) { $0.kernelConstraint = .maxNorm(maxValue: 2, axis: [0]) }
    let model = try saved(Sequential(input: Shape([5, 3]), [layer]))
    #expect {
      try model.forKeras()
    } throws: {
      "\($0)".contains("'hand_built_lstm': a constraint holds on the whole kernel")
    }
  }

  @Test func classesOfOtherPackagesStayStrange() {
    let config: JSON = [
      "class_name": "Sequential",
      "config": [
        "name": "s",
        "layers": [["class_name": "Lockstep>Dense", "config": ["units": 3]]],
      ],
    ]
    #expect {
      try ModelDescription(config: config, source: .file(.keras3))
    } throws: {
      "\($0)".contains("'Lockstep>Dense', which is not one of Keras's own")
    }
  }

  /// The arrays of a layer may follow from those of another one; what differs then is not written.
  @Test(arguments: [true, false]) func arraysMayBeBorrowed(_ areEqual: Bool) throws {
    let layers: [any Layer] = [Dense(3, name: "head"), Borrower(name: "tail")]
    let model = try saved(Sequential(input: Shape([3]), layers))
    let slots = Dictionary(
      uniqueKeysWithValues: model.network.parameters.map { ($0.path, $0.slot) })
    let (head, tail) = (try #require(slots["head/kernel"]), try #require(slots["tail/kernel"]))
    for place in 0..<9 {
      let value = model.weights[head][place / 3 + place % 3 * 3]
      model.weights[tail][place] = areEqual ? value : -value
    }
    if areEqual {
      let (keras, notices) = try model.forKeras()
      #expect(
        notices == [
          "The layer 'tail', a Borrower, is written as Keras's Dense, which computes the same."
        ])
      #expect(try difference(model, keras) < 2e-6)
    } else {
      #expect {
        try model.forKeras()
      } throws: {
        "\($0)".contains("with Keras's layers in the place of 'tail' it does not compute the same")
      }
    }
  }
}

/// A Dense whose twin takes the kernel of the layer 'head', turned round.
private struct Borrower: OwnLayer {
  static let className = "Borrower"
  var name: String?

  func build(_ inputs: [Value], _ blueprint: inout Blueprint) throws(NetworkError) -> [Value] {
    try Dense(3, useBias: false).build(inputs, &blueprint)
  }

  func kerasEquivalent(named name: String) throws(NetworkError) -> KerasEquivalent {
    KerasEquivalent(Dense(3, useBias: false, name: name), borrowing: ["head/kernel"]) { arrays in
      [arrays[1].transposed]
    }
  }
}
