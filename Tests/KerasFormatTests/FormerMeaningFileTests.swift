import HDF5
import KerasFormat
import Networks
import Tensors
import Testing

/// What only earlier generations of Keras mean survives in our own files, and is never written for
/// a Keras that would compute otherwise.
@Suite struct FormerMeaningFileTests {
  private func model(_ meaning: FormerMeaning) -> Functional {
    var model = Functional(name: "m")
    let x = model.input("x", Shape([4, 3]))
    let masked = model.call(Masking(), x)
    switch meaning {
    case .maskWithInitialState:
      var gru = GRU(2)
      gru.walk.usesMaskWithInitialState = true
      let state = model.call(Dense(2), model.call(Flatten(), x))
      model.outputs = [model.call(gru, masked, state)]
    case .repeatedSteps:
      var both = Bidirectional(GRU(2, returnSequences: true))
      both.zeroesMaskedSteps = false
      model.outputs = [model.call(both, masked)]
    case .reversedStates:
      var stack = StackedRNNCells([GRUCell(GRU(2)), LSTMCell(LSTM(3))])
      stack.reverseStateOrder = true
      let y = model.call(RNN(stack) { $0.returnState = true }, masked)
      model.outputs = [y, y.output(1), y.output(3)]
    }
    return model
  }

  @Test(arguments: FormerMeaning.allCases)
  func ourFilesKeepIt(_ meaning: FormerMeaning) throws {
    let description = ModelDescription(model: model(meaning))
    let network = try description.model.network(rows: 2)
    #expect(network.formerMeanings == [meaning])
    let weights = Arena(count: network.parameterCount)
    network.initialize(weights, seed: 5)
    let saved = SavedModel(description: description, network: network, weights: weights)
    for layout in [ModelLayout.keras, .legacy, .json] {
      let error = #expect(throws: KerasFormatError.self) { try saved.bytes(layout) }
      #expect(error?.description.contains(meaning.rawValue) == true)
    }
    let file = try NewFile(inMemory: "saved")
    try saved.write(to: file)
    let again = try SavedModel(
      reading: try File(bytes: file.image(), name: "saved"), rows: 2)
    #expect(again.network.formerMeanings == [meaning])
    #expect(again.network.outputs.map(\.shape) == network.outputs.map(\.shape))
    let inputs = (0..<24).map { Float($0 / 3 % 3) * 0.25 }
    let results = [saved, again].map { Fixture.predict($0, inputs: [inputs]) }
    #expect(results[0] == results[1])
  }
}
