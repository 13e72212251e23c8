/// The score of a naive predictor, beside which a model's scores mean something.
public struct Baseline: Sendable, Hashable {
  /// What predicts, for example `unigram`.
  public let name: String
  /// The loss or metric that it has the value of.
  public let metric: String
  /// The score.
  public let value: Double

  /// A predictor's score.
  public init(_ name: String, _ metric: String, _ value: Double) {
    (self.name, self.metric, self.value) = (name, metric, value)
  }
}
