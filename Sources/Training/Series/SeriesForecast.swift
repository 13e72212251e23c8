/// What a model tells of a series, beside what came, window by window.
public struct SeriesForecast: Sendable {
  /// One window's forecast, in the series' own units.
  public struct Point: Sendable {
    /// The place in the series of what was to be told.
    public let place: Int
    /// What came.
    public let actual: Double
    /// What the model said.
    public let predicted: Double
    /// The newest value that the window shows.
    public let last: Double
  }

  /// The windows before the cut, in the order of time.
  public private(set) var training: [Point] = []
  /// The windows behind the cut.
  public private(set) var test: [Point] = []
  /// The column that was to be told.
  public let target: String
  /// What one standard deviation is in the column's units; 1 where it was not standardized.
  public let deviation: Double

  /// Asks a model for all windows of a series.
  ///
  /// - Parameters:
  ///   - model: a model with one output of one number.
  ///   - dataset: the windows.
  ///   - workers: who does the work.
  /// - Throws: a sentence when model and series do not go together.
  public init(
    of model: TrainedModel, _ dataset: SeriesDataset, workers: Workers = Workers()
  ) throws {
    target = dataset.target
    deviation = dataset.scale.deviations[dataset.targetColumn]
    guard model.outputShapes.count == 1, model.outputShape.count == 1 else {
      throw TrainingError(
        "The model '\(model.path)' puts out \(model.outputShapes.list), and a forecast of "
          + "'\(dataset.name)' is one number.", kind: .data)
    }
    try model.predict(dataset, workers: workers) { batch, outputs in
      for (place, row) in batch.rowNumbers.enumerated() {
        append(row, predicted: Double(outputs[place]), dataset)
      }
    }
  }

  private mutating func append(_ row: Int, predicted: Double, _ dataset: SeriesDataset) {
    let place = dataset.targetPlace(of: row)
    let point = Point(
      place: place, actual: dataset.targetValue(at: place),
      predicted: dataset.scale.restored(predicted, dataset.targetColumn),
      last: dataset.targetValue(at: dataset.lastPlace(of: row)))
    if row < dataset.trainingCount { training.append(point) } else { test.append(point) }
  }
}
