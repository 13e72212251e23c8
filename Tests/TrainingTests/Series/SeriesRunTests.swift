import Foundation
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  @Suite struct SeriesRunTests {
    private let scratch: ScratchDirectory
    private let dataset: SeriesDataset

    /// A wave on a slope, so that mean, last value and forecasts all differ.
    init() throws {
      scratch = try ScratchDirectory()
      let values = (0..<200).map { 5 + 0.05 * Double($0) + sin(Double($0) / 4) }
      dataset = try SeriesDataset(
        Series(columns: ["v"], values: values),
        windows: SeriesWindows(timesteps: 4, stride: 3, trainFraction: 0.75), name: "wave")
      try dataset.write(to: scratch.file("s.h5"))
    }

    private func recipe(_ data: String = "", training: String = "") throws -> Recipe {
      try Recipe(
        yaml: """
          model: {layers: [SimpleRNN: {units: 3}, Dense: {units: 1}]}
          data: {train: s.h5\(data)}
          training: {loss: mse, metrics: [mae], batch_size: 8, epochs: 2\(training)}
          """, folder: scratch.path)
    }

    @Test func validatesBehindTheCut() throws {
      var plan: RunPlan?
      let result = try Run(recipe(), directory: scratch.file("run")).train { event in
        if case .started(let started) = event { plan = started }
      }
      #expect(plan?.rows == dataset.trainingCount)
      #expect(plan?.validationRows == dataset.testRows.count)
      let model = try TrainedModel(path: result.path, input: dataset.shape.input)
      let history = try String(contentsOfFile: scratch.file("run/history.csv"), encoding: .utf8)
      let columns = history.split(separator: "\n")[0].split(separator: ",").map(String.init)
      let last = history.split(separator: "\n")[2].split(separator: ",").map { Double($0) }
      let index = try #require(columns.firstIndex(of: "val_loss"))
      let scored = try model.evaluate(dataset, rows: dataset.testRows)
      let stored = try #require(last[index])
      #expect(abs(scored[0].value - stored) < 1e-9)
    }

    @Test func resumesOnTheSameSeriesAlone() throws {
      var options = Run.Options()
      options.steps = 5
      let stopped = try Run(recipe(), directory: scratch.file("run"), options: options)
        .train { _ in }
      #expect(stopped.step == 5)
      try SeriesDataset(
        dataset.series, windows: SeriesWindows(timesteps: 4, stride: 2), name: "wave"
      ).write(to: scratch.file("s.h5"))
      options.steps = nil
      options.resumes = true
      let recipe = try recipe()
      let refused = failure {
        _ = try Run(recipe, directory: scratch.file("run"), options: options).train { _ in }
      }
      #expect(refused?.description.contains("is not what the checkpoint") == true)
    }

    @Test func aSplitOfItsOwnIsRefused() throws {
      let recipe = try recipe(", validation_split: 0.1")
      let refused = failure { _ = try Run(recipe, directory: scratch.file("run")) }
      #expect(refused?.description.contains("validated behind its own cut") == true)
    }

    @Test func distancesAreThoseOfTheNumbersThemselves() throws {
      let result = try Run(recipe(), directory: scratch.file("run")).train { _ in }
      let (model, opened) = try TrainedModel.open(result.path, on: scratch.file("s.h5"))
      let forecast = try SeriesForecast(of: model, try #require(opened as? SeriesDataset))
      let scores = SeriesScores(forecast)
      let values = dataset.series.values
      let targets = (0..<dataset.count).map { dataset.targetPlace(of: $0) }
      #expect(forecast.training.map(\.place) + forecast.test.map(\.place) == targets)
      let test = targets[dataset.trainingCount...].map { values[$0] }
      let known = targets[..<dataset.trainingCount].map { values[$0] }
      func root(_ errors: [Double]) -> Double {
        (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
      }
      let mean = known.reduce(0, +) / Double(known.count)
      let part = try #require(scores.test)
      #expect(abs(part.mean.rmse - root(test.map { $0 - mean })) < 1e-9)
      let steps = targets[dataset.trainingCount...].map { values[$0] - values[$0 - 1] }
      #expect(abs(part.lastValue.rmse - root(steps)) < 1e-9)
      let sizes = steps.reduce(0) { $0 + abs($1) } / Double(steps.count)
      #expect(abs(part.lastValue.meanOfRoots - sizes) < 1e-9)
      // The loss is the mean square in standard deviations.
      let loss = try model.evaluate(dataset, rows: dataset.testRows)[0].value
      #expect(abs(part.model.rmse / scores.deviation - loss.squareRoot()) < 1e-5)
      #expect(part.model.meanOfRoots < part.model.rmse)
    }

    @Test func modelsOfOtherShapesAreRefused() throws {
      let result = try Run(recipe(), directory: scratch.file("run")).train { _ in }
      let model = try TrainedModel(path: result.path, input: dataset.shape.input)
      let other = try SeriesDataset(
        dataset.series, windows: SeriesWindows(timesteps: 4), name: "other")
      #expect(try SeriesForecast(of: model, other).test.count == other.testRows.count)
      let wide = try Recipe(
        yaml: """
          model: {layers: [SimpleRNN: {units: 3, return_sequences: true}, Dense: {units: 1}]}
          data: {train: s.h5}
          training: {loss: mse, epochs: 1}
          """, folder: scratch.path)
      let refused = failure { _ = try Run(wide, directory: scratch.file("wide")) }
      #expect(refused != nil)
    }
  }
}
