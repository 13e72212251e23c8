import KerasFormat
import Training

/// How far forecasts of a series are off, for people and for programs.
struct SeriesReport {
  private let scores: SeriesScores
  private let target: String
  private let parts: [(name: String, part: SeriesScores.Part)]

  init(_ scores: SeriesScores, of dataset: SeriesDataset) {
    self.scores = scores
    target = dataset.target
    parts = [("train", scores.training)] + (scores.test.map { [("test", $0)] } ?? [])
  }

  /// A table for each side of the cut.
  var lines: [String] {
    var table = Table(
      ["", "windows", "RMSE", "mean of roots", "standardized RMSE", "mean of roots"],
      rightAligned: [1, 2, 3, 4, 5])
    for (name, part) in parts {
      for (who, distance) in Self.forecasters(part) {
        let unit = scores.deviation
        table.add(
          ["\(name), \(who)", Format.count(part.count)]
            + [
              distance.rmse, distance.meanOfRoots, distance.rmse / unit,
              distance.meanOfRoots / unit,
            ].map(Format.metric))
      }
    }
    return ["", "Distance of forecasts of \(target), in its own units and in standard deviations"]
      + table.lines
  }

  private static func forecasters(
    _ part: SeriesScores.Part
  ) -> [(name: String, distance: SeriesScores.Distance)] {
    [("model", part.model), ("last value", part.lastValue), ("mean", part.mean)]
  }

  var object: JSONObject {
    var object = JSONObject()
    object["target"] = .string(target)
    object["deviation"] = .double(scores.deviation)
    for (name, part) in parts {
      var sides = JSONObject()
      sides["windows"] = .int(part.count)
      for (who, distance) in Self.forecasters(part) {
        var numbers = JSONObject()
        numbers["rmse"] = .double(distance.rmse)
        numbers["mean_of_roots"] = .double(distance.meanOfRoots)
        sides[who.replacing(" ", with: "_")] = .object(numbers)
      }
      object[name] = .object(sides)
    }
    return object
  }
}
