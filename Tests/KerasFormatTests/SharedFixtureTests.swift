import HDF5
import KerasFormat
import Networks
import Tensors
import Testing

/// Files of the shared collection; skipped where it does not stand beside the checkout.
@Suite(.enabled(if: Fixture.shared("lstm20_dense2") != nil))
struct SharedFixtureTests {
  private func open(_ name: String) throws -> File {
    try File(reading: try #require(Fixture.shared(name)))
  }

  @Test(arguments: ["lstm20_dense2", "lstm25_sigmoid_dense1"])
  func legacyModelsPredictAsKeras(_ name: String) throws {
    let expected = try open("\(name)/expected.h5")
    let rows = try expected.dataset("inputs/0").shape[0]
    let model = try SavedModel(reading: try open("\(name)/legacy_model.h5"), rows: rows)
    let y = Fixture.predict(model, try Fixture.floats("inputs/0", in: expected))
    #expect(worstDifference(y, try Fixture.floats("outputs/0", in: expected)) < 2e-6)
  }

  @Test func weightsAloneAreReadByOrder() throws {
    let name = "lstm20_dense2"
    let model = try SavedModel(reading: try open("\(name)/legacy_model.h5"))
    let weights = try readWeights(
      from: try open("\(name)/legacy_weights.h5"), of: model.network)
    #expect(weights.values == model.weights.values)
    // A whole model is a weights file too.
    let whole = try readWeights(from: try open("\(name)/legacy_model.h5"), of: model.network)
    #expect(whole.values == model.weights.values)
  }

  @Test func trainedModelsComeWithTheirOptimizer() throws {
    let model = try SavedModel(reading: try open("lstm20_dense2/trained.h5"))
    let state = try #require(model.optimizer)
    #expect(state.className == "Adam" && state.variables.count == 12)
    #expect(state.learningRate == 0.01 && (state.iteration ?? 0) > 0)
    #expect(try #require(model.training).lossValue().name == "mean_squared_error")
    _ = try state.moments(
      ["momentum", "velocity"], of: model.trainedParameters, count: model.weights.count)
  }

  @Test func fixedLengthNamesAreRead() throws {
    let file = try open("h5_variants/legacy_fixed_strings.h5")
    let error = #expect(throws: KerasFormatError.self) {
      try readWeights(
        from: file, of: Sequential(input: Shape([2]), [Flatten()]).network(rows: 1))
    }
    #expect(error?.description.contains("the file has") == true)
  }

  @Test(arguments: [
    "tf213_lstm/model.h5", "tf213_stacked/model.h5", "k224_lstm/model.h5",
    "rnn_cells/legacy_model.h5", "emb_lm/legacy_model.h5",
  ])
  func whatIsNotReadYetIsRefusedInASentence(_ path: String) throws {
    let file = try open(path)
    do {
      let model = try SavedModel(reading: file)
      #expect(model.network.parameterCount > 0)
    } catch let error as KerasFormatError {
      #expect(error.description.hasPrefix("Reading"))
    }
  }
}
