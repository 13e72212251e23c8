import Tensors

/// 1 - Σ (t - p)² / Σ (t - mean t)² of each feature, averaged, as Keras's `R2Score`.
public struct R2Score: NamedMetric {
  /// How the scores of features become one; the raw values are Keras's.
  public enum Aggregation: String, Sendable, CaseIterable {
    /// Their mean.
    case uniform = "uniform_average"
    /// Their mean by the variances of the targets.
    case varianceWeighted = "variance_weighted_average"
  }

  /// Keras's name of the class.
  public var className: String { "R2Score" }
  /// Keras's name, as it stands in histories.
  public var name = "r2_score"
  /// The average; nil for the mean, where Keras reports a number for each feature.
  public var aggregation: Aggregation? = .uniform
  /// How many independent variables the score is adjusted for; 0 for no adjustment.
  public var regressors = 0
  private var features = 1

  /// The metric with Keras's defaults.
  public init() {}

  /// Room for the output's features.
  public func fitted(to output: Shape) -> R2Score {
    var metric = self
    metric.features = output.dimensions.last ?? 1
    return metric
  }

  /// Σ weight and Σ weight·t, ·t² and ·(t - p)² of each feature, then how many numbers there were.
  public var accumulators: Int { 4 * features + 1 }

  /// Adds one shard to the sums.
  public func accumulate(_ scoring: Scoring, into sums: UnsafeMutablePointer<Double>) {
    precondition(
      scoring.predictions.columns == features, "a metric that was fitted to another output")
    for index in 0..<scoring.rows {
      let row = scoring.row(index, nil)
      for column in 0..<features {
        let (p, t) = (Double(row.predictions[column]), Double(row.target[column]))
        let own = sums + 4 * column
        own[0] += row.weight
        own[1] += row.weight * t
        own[2] += row.weight * t * t
        own[3] += row.weight * (t - p) * (t - p)
      }
    }
    sums[4 * features] += Double(scoring.rows * features)
  }

  /// The averaged score.
  public func result(_ sums: UnsafePointer<Double>) -> Double {
    var (total, weights) = (0.0, 0.0)
    for column in 0..<features {
      let own = sums + 4 * column
      let variance = own[2] - own[1] * own[1] / own[0]
      let score = 1 - own[3] / variance
      let weight = aggregation == .varianceWeighted ? variance : 1
      total += weight * (score.isInfinite ? 0 : score)
      weights += weight
    }
    return adjusted(total / weights, numbers: sums[4 * features])
  }

  private func adjusted(_ score: Double, numbers: Double) -> Double {
    let freedom = numbers - Double(regressors) - 1
    guard regressors > 0, freedom > 0 else { return score }
    return 1 - (1 - score) * (numbers - 1) / freedom
  }
}
