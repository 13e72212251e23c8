/// What a forecast that knows nothing of the inputs scores: what a model's score stands beside.
public struct Baseline: Sendable, Hashable {
  /// What the score is called in histories: `loss`, `val_mae`.
  public let metric: String
  /// Who made the forecast: `mean`, `last value`, `class frequencies`, `majority class`.
  public let predictor: String
  /// The score.
  public let value: Double

  /// A score of a forecaster.
  public init(metric: String, predictor: String, value: Double) {
    (self.metric, self.predictor, self.value) = (metric, predictor, value)
  }
}

extension [Baseline] {
  /// The baseline that a score is shown with: the first of its name.
  public subscript(metric: String) -> Baseline? { first { $0.metric == metric } }
}
