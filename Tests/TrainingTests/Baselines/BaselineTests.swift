import Foundation
import Networks
import Testing

@testable import Training

/// Naive forecasts beside what they are by hand.
@Suite struct BaselineTests {
  private func all(_ dataset: any Dataset) -> RowSelection {
    RowSelection(dataset: dataset, rows: RowSet(allOf: dataset.count))
  }

  private func dataset(
    _ targets: [Float], _ target: Shape, weights: [Float] = [], perRow: Int = 0
  ) throws -> MemoryDataset {
    let rows = targets.count / target.count
    return try MemoryDataset(
      inputs: Array(repeating: 0, count: rows), targets: targets, weights: weights,
      shape: SampleShape(input: Shape([1]), target: target, weights: perRow))
  }

  @Test func meanOfEachNumber() throws {
    let known = try dataset([0, 10, 2, 30, 4, 20], Shape([2]))
    let scored = try dataset([1, 20, 5, 26], Shape([2]))
    let objective = Objective(
      MeanSquaredError(), metrics: [MeanMetric("mae", of: MeanAbsoluteError())])
    let found = try Baselines.measure(
      objective, output: Shape([2]), known: all(known), scored: all(scored), prefix: "val_")
    // The means are 2 and 20: errors 1, 0 and 3, 6.
    #expect(
      found == [
        Baseline(metric: "val_loss", predictor: "mean", value: (1 + 0 + 9 + 36) / 4.0),
        Baseline(metric: "val_mae", predictor: "mean", value: (1 + 0 + 3 + 6) / 4.0),
      ])
  }

  @Test func sequencesHaveAMeanForEachStep() throws {
    let known = try dataset([0, 10, 2, 30], Shape([2, 1]))
    let found = try Baselines.measure(
      Objective(MeanSquaredError()), output: Shape([2, 1]), known: all(known),
      scored: all(known))
    #expect(found["loss"]?.value == (1 + 100 + 1 + 100) / 4.0)
  }

  @Test func weightsCountInLossAlone() throws {
    let known = try dataset([0, 4], Shape([1]))
    let scored = try dataset([0, 8], Shape([1]), weights: [1, 0], perRow: 1)
    let objective = Objective([
      Objective.Output(
        "output", loss: MeanSquaredError(), metrics: [MeanMetric("mse", of: MeanSquaredError())],
        weightedMetrics: [MeanMetric("wmse", of: MeanSquaredError())])
    ])
    let found = try Baselines.measure(
      objective, output: Shape([1]), known: all(known), scored: all(scored))
    // Keras divides by the number of rows, whatever they weigh, but for weighted metrics.
    #expect(found["loss"]?.value == 4 / 2.0)
    #expect(found["mse"]?.value == (4 + 36) / 2.0)
    #expect(found["wmse"]?.value == 4)
  }

  @Test(arguments: [false, true]) func classNumbers(isFromLogits: Bool) throws {
    let data = try dataset([0, 1, 1, 1], Shape([1]))
    let objective = Objective(
      SparseCategoricalCrossentropy(fromLogits: isFromLogits),
      metrics: [try #require(try metric(named: "accuracy", output: Shape([3]), target: Shape([1])))]
    )
    let found = try Baselines.measure(
      objective, output: Shape([3]), known: all(data), scored: all(data))
    let entropy = -(0.25 * log(0.25) + 0.75 * log(0.75))
    #expect(abs((found["loss"]?.value ?? 0) - entropy) < 1e-6)
    #expect(found["loss"]?.predictor == "class frequencies")
    #expect(
      found["accuracy"]
        == Baseline(
          metric: "accuracy", predictor: "majority class", value: 0.75))
  }

  @Test func classNumbersOfSteps() throws {
    let data = try dataset([0, 1, 1, 1], Shape([2]))
    let found = try Baselines.measure(
      Objective(SparseCategoricalCrossentropy()), output: Shape([2, 2]), known: all(data),
      scored: all(data))
    let entropy = -(0.25 * log(0.25) + 0.75 * log(0.75))
    #expect(abs((found["loss"]?.value ?? 0) - entropy) < 1e-6)
  }

  @Test(arguments: [false, true]) func twoClasses(isFromLogits: Bool) throws {
    let data = try dataset([0, 1, 1, 1, 1], Shape([1]))
    let found = try Baselines.measure(
      Objective(BinaryCrossentropy(fromLogits: isFromLogits)), output: Shape([1]),
      known: all(data), scored: all(data))
    let entropy = -(0.2 * log(0.2) + 0.8 * log(0.8))
    #expect(abs((found["loss"]?.value ?? 0) - entropy) < 1e-6)
  }

  @Test func lastValueOfASeries() throws {
    let series = Series(columns: ["v"], values: [1, 2, 4, 7, 11, 16, 22, 29])
    let dataset = try SeriesDataset(
      series,
      windows: SeriesWindows(timesteps: 2, trainFraction: 0.5, standardization: .none))
    let found = try Baselines.measure(
      Objective(MeanSquaredError()), output: Shape([1]),
      known: RowSelection(dataset: dataset, rows: dataset.trainingRows),
      scored: RowSelection(dataset: dataset, rows: dataset.testRows))
    // Behind the cut at 4: 11 16 | 22 and 16 22 | 29; before it the targets 4 and 7.
    #expect(
      found == [
        Baseline(metric: "loss", predictor: "last value", value: (36 + 49) / 2.0),
        Baseline(metric: "loss", predictor: "mean", value: (16.5 * 16.5 + 23.5 * 23.5) / 2.0),
      ])
  }

  @Test func someRowsInPieces() throws {
    let count = 300_000
    let data = try dataset((0..<count).map { Float($0 % 4) }, Shape([1]))
    let odd = RowSelection(dataset: data, rows: RowSet(of: count) { $0 % 2 == 1 })
    let found = try Baselines.measure(
      Objective(MeanSquaredError()), output: Shape([1]), known: odd, scored: odd)
    // 1, 3, 1, 3, …
    #expect(found["loss"]?.value == 1)
  }

  @Test func severalOutputsHaveNone() throws {
    let data = try dataset([0, 1], Shape([1]))
    let output = Objective.Output("a", loss: MeanSquaredError())
    let found = try Baselines.measure(
      Objective([output, output]), output: Shape([1]), known: all(data), scored: all(data))
    #expect(found.isEmpty)
  }

  @Test func aRunTellsThem() throws {
    let probe = try RunProbe(data: "validation_split: 0.2")
    let result = try probe.run("run")
    #expect(
      Set(result.baselines.map(\.metric)) == ["loss", "mae", "val_loss", "val_mae"])
    let log = try String(contentsOfFile: probe.path("run") + "/log.jsonl", encoding: .utf8)
    #expect(log.split(separator: "\n").count { $0.contains("\"baseline\"") } == 4)
  }
}
