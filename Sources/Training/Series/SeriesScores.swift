/// How far a forecast is off, before and behind the cut, beside what naive forecasts are.
public struct SeriesScores: Sendable {
  /// How far one way of forecasting is off.
  public struct Distance: Sendable, Hashable {
    /// The root of the mean square: √(Σ(y - ŷ)² / n), in the series' own units.
    public let rmse: Double
    /// The mean of the windows' own roots: Σ√((y - ŷ)²) / n, in the series' own units.
    ///
    /// This is what a function of Keras gives that takes the root of a mean over the last axis: with
    /// one number a window it is the mean absolute error, and never above the root of the mean.
    public let meanOfRoots: Double

    init(_ errors: some Sequence<Double>) {
      var (squares, sizes, count) = (0.0, 0.0, 0.0)
      for error in errors {
        squares += error * error
        sizes += error.magnitude
        count += 1
      }
      rmse = (squares / count).squareRoot()
      meanOfRoots = sizes / count
    }
  }

  /// One side of the cut.
  public struct Part: Sendable, Hashable {
    /// How many windows there are.
    public let count: Int
    /// The model's forecast.
    public let model: Distance
    /// The forecast that everything stays as it was last.
    public let lastValue: Distance
    /// The forecast that always says the mean of what was trained on.
    public let mean: Distance
  }

  /// The windows before the cut.
  public let training: Part
  /// The windows behind the cut; nil where there are none.
  public let test: Part?
  /// What one standard deviation is in the column's units: distances divided by it are those of the
  /// standardized numbers.
  public let deviation: Double

  /// Measures a forecast.
  public init(_ forecast: SeriesForecast) {
    let mean =
      forecast.training.reduce(0) { $0 + $1.actual } / Double(max(forecast.training.count, 1))
    training = Part(forecast.training, mean: mean)
    test = forecast.test.isEmpty ? nil : Part(forecast.test, mean: mean)
    deviation = forecast.deviation
  }
}

extension SeriesScores.Part {
  fileprivate init(_ points: [SeriesForecast.Point], mean: Double) {
    count = points.count
    model = SeriesScores.Distance(points.lazy.map { $0.actual - $0.predicted })
    lastValue = SeriesScores.Distance(points.lazy.map { $0.actual - $0.last })
    self.mean = SeriesScores.Distance(points.lazy.map { $0.actual - mean })
  }
}
