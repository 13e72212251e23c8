import Foundation
import KerasFormat
import Networks
import Tensors
import Testing

/// What is written in each layout, read back and looked into.
@Suite struct WritingTests {
  /// A graph with a shared layer, a model in it and a frozen layer, and weights that all differ.
  private func graph() throws -> SavedModel {
    var inner = Functional(name: "inner")
    let x = inner.input("z", Shape([4, 3]))
    inner.outputs = [inner.call(Dense(3, name: "d"), inner.call(LSTM(3, returnSequences: true), x))]
    var model = Functional(name: "outer")
    let (a, b) = (model.input("a", Shape([4, 3])), model.input("b", Shape([4, 3])))
    let shared = model.add(GRU(3, returnSequences: true, name: "shared"))
    let nested = model.add(inner)
    let first = model.call(nested, model.call(shared, a))
    let second = model.call(nested, model.call(shared, b))
    model.outputs = [
      model.call(Dense(2, name: "head"), model.call(Flatten(), second)),
      model.call(SimpleRNN(2, name: "last"), first),
    ]
    model.frozen = ["shared"]
    return try saved(model)
  }

  private func sequential(_ layers: [any Layer]) throws -> SavedModel {
    try saved(Sequential(name: "row", input: Shape([5, 3]), layers))
  }

  private func saved(_ model: any Model) throws -> SavedModel {
    let description = ModelDescription(model: model)
    let network = try description.network(rows: 2)
    let weights = Arena(count: network.parameterCount)
    for index in 0..<weights.count { weights.base[index] = Float(index % 97) / 97 - 0.5 }
    return SavedModel(description: description, network: network, weights: weights)
  }

  private func stored(_ bytes: [UInt8]) throws -> StoredModel {
    try StoredModel(readingTrusted: bytes, name: "back")
  }

  private func outputs(_ model: SavedModel) -> [[Float]] {
    let inputs = model.network.inputs.enumerated().map { number, input in
      (0..<2 * input.shape.count).map { Float($0 * (number + 3) % 17) / 17 - 0.4 }
    }
    return Fixture.predict(model, inputs: inputs)
  }

  @Test(arguments: [ModelLayout.keras, .legacy, .keras2, .universal])
  func wholeModelsComeBack(_ layout: ModelLayout) throws {
    var model = try graph()
    model.selfTest = SelfTest(of: model)
    let back = try SavedModel(try stored(try model.bytes(layout)), rows: 2)
    #expect(back.description.model.frozen == ["shared"])
    #expect(back.network.parameters.map(\.path) == model.network.parameters.map(\.path))
    #expect(back.weights.values == model.weights.values)
    #expect(outputs(back) == outputs(model))
    let (test, found) = (try #require(model.selfTest), try #require(back.selfTest))
    #expect(found.inputs.map(\.values) == test.inputs.map(\.values) && test.inputs.count == 2)
    #expect(found.outputs.map(\.values) == test.outputs.map(\.values) && found.seed == test.seed)
    #expect(try back.bytes(layout) == model.bytes(layout), "the same model gives the same bytes")
  }

  @Test(arguments: [ModelLayout.weights, .legacyWeights, .universal])
  func weightsComeBack(_ layout: ModelLayout) throws {
    let model = try graph()
    var weights = try stored(try model.bytes(layout))
    if layout == .universal {
      // Each of the two trees must do alone.
      #expect(try WeightPlan(weights, for: model.network).weights().values == model.weights.values)
      weights.layers = []
    }
    let plan = try WeightPlan(weights, for: model.network)
    #expect(plan.weights().values == model.weights.values && plan.skipped.isEmpty)
  }

  @Test func universalFilesHoldEachArrayOnce() throws {
    let model = try sequential([LSTM(40, returnSequences: true), GRU(20), Dense(3)])
    let universal = try model.bytes(.universal).count
    for layout in [ModelLayout.legacy, .keras2, .legacyWeights, .weights] {
      #expect(Double(universal) < 1.03 * Double(try model.bytes(layout).count), "\(layout)")
    }
  }

  @Test(arguments: [ModelLayout.keras, .legacy, .universal])
  func optimizersComeBack(_ layout: ModelLayout) throws {
    let model = try SavedModel(try stored(try Fixture.bytes("lstm_adam")))
    let state = try #require(model.optimizer)
    let back = try #require(try SavedModel(try stored(try model.bytes(layout))).optimizer)
    #expect(back.className == "Adam" && back.generation == .keras3)
    #expect(back.iteration == state.iteration && back.learningRate == state.learningRate)
    #expect(back.variables.map(\.values) == state.variables.map(\.values))
    let compiled = try #require(try SavedModel(try stored(try model.bytes(layout))).training)
    #expect(try compiled.lossValue().name == model.training?.lossValue().name)
  }

  @Test func optimizersForKeras2HaveItsOrder() throws {
    let model = try SavedModel(try stored(try Fixture.bytes("lstm_adam")))
    let file = try stored(try model.bytes(.keras2))
    let state = try #require(model.optimizer)
    #expect(file.optimizer.count == state.variables.count - 1)
    #expect(file.optimizer[0].integer == state.iteration && file.optimizer[1].shape.count > 0)
    let text = try #require(file.training)
    #expect(text.contains("Custom>Adam") && !text.contains("gradient_accumulation_steps"))
    #expect(!text.contains("module"))
  }

  @Test func stepsThatAreOpenStayOpen() throws {
    for style in [ConfigStyle.archive, .keras3, .keras2] {
      var description = ModelDescription(
        model: Sequential(input: Shape([4, 3]), [LSTM(2)]), batchSize: 8)
      description.openInputs = [Shape([0, 3])]
      let back = try ModelDescription(
        config: description.config(style: style),
        source: .file(style == .keras2 ? .keras2 : .keras3), inputs: nil)
      #expect(back.openInputs == [Shape([0, 3])] && back.batchSize == 8)
    }
  }

  @Test func hardSigmoidsAreNotMixedUp() throws {
    let old = try sequential([LSTM(2, recurrentActivation: .hardSigmoidLegacy)])
    let new = try sequential([LSTM(2, recurrentActivation: .hardSigmoid)])
    for (model, refused) in [(old, [ModelLayout.keras, .legacy, .json]), (new, [.keras2])] {
      for layout in refused {
        let error = #expect(throws: KerasFormatError.self) { try model.bytes(layout) }
        #expect(error?.description.contains("would compute other numbers") == true)
      }
      let back = try SavedModel(try stored(try model.bytes(.universal)), rows: 2)
      #expect(outputs(back) == outputs(model))
      _ = try model.bytes(.weights)
      _ = try model.bytes(.legacyWeights)
    }
    #expect(try old.bytes(.keras2).count > 0 && new.bytes(.keras).count > 0)
  }

  @Test func configsForKeras2HaveNoWordsOfKeras3() throws {
    let text = try graph().description.config(style: .keras2).description
    for word in ["batch_shape\"", "\"seed\": 1", "quantization_config", "__keras_tensor__", "args"]
    {
      #expect(!text.contains(word), "\(word)")
    }
    #expect(text.contains("\"class_name\": \"Model\"") && text.contains("batch_input_shape"))
    #expect(text.contains(#"["inner", 2, 0, {}]"#) && text.contains(#"["shared", 1, 0, {}]"#))
  }
}
