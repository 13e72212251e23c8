import Tensors

/// (1 + β²) · precision · recall / (β² · precision + recall) of each class, averaged, as Keras's
/// `F1Score`, where β is one, and `FBetaScore`.
///
/// Without a threshold a row's largest prediction is positive, and all that equal it.
public struct FScore: NamedMetric {
  /// How the scores of classes become one; the raw values are Keras's.
  public enum Average: String, Sendable, CaseIterable {
    /// Of the counts of all classes added up.
    case micro
    /// The mean over the classes.
    case macro
    /// The mean over the classes by how often they are targets.
    case weighted
  }

  /// Keras's name, as it stands in histories.
  public var name: String
  /// Keras's name of the class.
  public let className: String
  /// How much more recall counts than precision.
  public var beta = 1.0
  /// The average; nil for the mean, where Keras reports a number for each class.
  public var average: Average?
  /// What a positive prediction is above; nil for the largest of a row.
  public var threshold: Double?
  private var classes = 1

  /// Keras's `F1Score`, or its `FBetaScore` when `hasBeta`.
  public init(hasBeta: Bool = false) {
    className = hasBeta ? "FBetaScore" : "F1Score"
    name = hasBeta ? "fbeta_score" : "f1_score"
  }

  /// Room for the output's classes.
  public func fitted(to output: Shape) -> FScore {
    var metric = self
    metric.classes = output.dimensions.last ?? 1
    return metric
  }

  /// True positives, false positives and false negatives of each class.
  public var accumulators: Int { 3 * classes }

  /// Adds one shard to the sums.
  public func accumulate(_ scoring: Scoring, into sums: UnsafeMutablePointer<Double>) {
    precondition(
      scoring.predictions.columns == classes, "a metric that was fitted to another output")
    for index in 0..<scoring.rows {
      let row = scoring.row(index, nil)
      let top = row.predictions[indexOfMaximum(row.predictions, classes)]
      for column in 0..<classes {
        let prediction = row.predictions[column]
        // A row of zeros has no positive prediction.
        let isPositive =
          threshold.map { prediction > Float($0) } ?? (prediction >= top && abs(prediction) > 1e-9)
        let target = Double(row.target[column])
        if isPositive {
          sums[3 * column] += row.weight * target
          sums[3 * column + 1] += row.weight * (1 - target)
        } else {
          sums[3 * column + 2] += row.weight * target
        }
      }
    }
  }

  /// The averaged score.
  public func result(_ sums: UnsafePointer<Double>) -> Double {
    if average == .micro {
      let all = (0..<3).map { part in
        (0..<classes).reduce(0) { $0 + sums[3 * $1 + part] }
      }
      return score(all[0], all[1], all[2])
    }
    var (total, weights) = (0.0, 0.0)
    for column in 0..<classes {
      let counts = sums + 3 * column
      let weight = average == .weighted ? counts[0] + counts[2] : 1
      total += weight * score(counts[0], counts[1], counts[2])
      weights += weight
    }
    return total / (weights + (average == .weighted ? Clip.low : 0))
  }

  private func score(_ hits: Double, _ wrong: Double, _ missed: Double) -> Double {
    let precision = hits / (hits + wrong + Clip.low)
    let recall = hits / (hits + missed + Clip.low)
    let square = beta * beta
    return precision * recall * (1 + square) / (square * precision + recall + Clip.low)
  }
}
