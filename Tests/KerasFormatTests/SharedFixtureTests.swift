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
    let whole = try #require(Fixture.shared("\(name)/legacy_model.h5"))
    for layout in ["legacy_weights.h5", "legacy_model.h5", "model.weights.h5", "model.keras"] {
      let path = try #require(Fixture.shared("\(name)/\(layout)"))
      let other = try SavedModel(path: path, architecture: whole)
      #expect(other.weights.values == model.weights.values, "\(layout)")
    }
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
}
