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

  /// Every loss and metric that Keras describes there: values, gradients, with and without weights.
  @Test func lossesAndMetricsAreThoseOfKeras() throws {
    let file = try open("losses.h5")
    let weights = try Fixture.floats("sample_weight", in: file)
    var scored = (losses: 0, metrics: 0)
    for name in try file.group("losses").members() {
      let group = "losses/\(name)"
      let config = try #require(try file.group(group).attributes.string("config"))
      // Keras does not write the delta of its Huber.
      let loss =
        name == "huber03"
        ? Huber(delta: 0.3) : try lossValue(JSON(parsing: config), source: .file(.keras3))
      for (suffix, weights) in [("", nil), ("_w", weights)] {
        let table = try ScoredTable(group, in: file, weights: weights)
        let sum = loss.evaluate(table.scoring, gradient: table.gradient)
        let divisor = loss.reduction.divisor(loss.total(table.scoring, loss.reduction))
        let value = try Fixture.floats("\(group)/value\(suffix)", in: file)
        let error = worstDifference([Float(sum / divisor)], value)
        #expect(error < 1e-6 * max(1, abs(value[0])), "\(name)\(suffix)")
        let slopes = try Fixture.floats("\(group)/grad\(suffix)", in: file)
        let ours = table.slopes.map { $0 / Float(divisor) }
        let largest = slopes.reduce(1) { max($0, abs($1)) }
        #expect(worstDifference(ours, slopes) < 5e-6 * largest, "\(name)\(suffix)")
      }
      scored.losses += 1
    }
    for name in try file.group("metrics").members() {
      let group = "metrics/\(name)"
      let config = try JSON(
        parsing: try #require(try file.group(group).attributes.string("config")))
      for (suffix, weights) in [("", nil), ("_w", weights)] {
        guard try file.group(group).kind(of: "value\(suffix)") == .dataset else { continue }
        let table = try ScoredTable(group, in: file, weights: weights)
        let metric = try metricValue(
          config, output: Shape([4]), target: Shape(table.targets.count == 5 ? [] : [4]),
          source: .file(.keras3))
        var sums = [Double](repeating: 0, count: metric.accumulators)
        metric.accumulate(table.scoring, into: &sums)
        let value = try Fixture.floats("\(group)/value\(suffix)", in: file)
        #expect(worstDifference([Float(metric.result(sums))], value) < 1e-6, "\(name)\(suffix)")
      }
      scored.metrics += 1
    }
    #expect(scored == (27, 13))
  }
}

/// The predictions and targets of a case of `losses.h5`, and room for a gradient.
private struct ScoredTable {
  let predictions: Arena
  let targets: Arena
  let weights: Arena?
  let gradient: Matrix
  private let room: Arena
  private let rows: Int

  init(_ group: String, in file: borrowing File, weights: [Float]?) throws {
    rows = try file.dataset("\(group)/y_pred").shape[0]
    predictions = Self.arena(try Fixture.floats("\(group)/y_pred", in: file))
    targets = Self.arena(try Fixture.floats("\(group)/y_true", in: file))
    self.weights = weights.map(Self.arena)
    room = Arena(count: predictions.count + Scoring.scratch(rows: rows))
    gradient = Matrix(room.base, rows: rows, columns: predictions.count / rows)
  }

  var scoring: Scoring {
    Scoring(
      predictions: Matrix(predictions.base, rows: rows, columns: predictions.count / rows),
      targets: Matrix(targets.base, rows: rows, columns: targets.count / rows),
      weights: weights.map { UnsafePointer($0.base) }, scratch: room.base + predictions.count)
  }

  /// What a loss wrote into `gradient`.
  var slopes: [Float] { Array(room[0..<predictions.count]) }

  private static func arena(_ numbers: [Float]) -> Arena {
    let arena = Arena(count: numbers.count)
    _ = arena[0..<numbers.count].update(fromContentsOf: numbers)
    return arena
  }
}
