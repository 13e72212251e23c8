import Foundation
import Tensors

/// The area under a curve of right and wrong positives at many thresholds, as Keras's `AUC`; all
/// features count alike.
public struct AUC: NamedMetric {
  /// Which curve; the raw values are Keras's.
  public enum Curve: String, Sendable, CaseIterable {
    /// The share of positive targets found over the share of negative ones taken for positive.
    case roc = "ROC"
    /// Precision over recall.
    case precisionRecall = "PR"
  }

  /// The height of the curve between two thresholds; the raw values are Keras's.
  public enum Summation: String, Sendable, CaseIterable {
    /// In between: the mean, and for precision what linear counts make of it (Davis & Goadrich 2006).
    case interpolation
    /// The smaller one.
    case minoring
    /// The larger one.
    case majoring
  }

  /// Keras's name of the class.
  public var className: String { "AUC" }
  /// Keras's name, as it stands in histories.
  public var name = "auc"
  /// Which curve.
  public var curve = Curve.roc
  /// The height between two thresholds.
  public var summation = Summation.interpolation
  /// How many thresholds stand evenly from 0 to 1, both included.
  public var thresholdCount = 200
  /// Thresholds between 0 and 1 instead of evenly spaced ones, rising; nil for none.
  public var thresholds: [Double]?
  /// Whether predictions are logits.
  public var fromLogits = false

  /// The metric with Keras's defaults.
  public init() {}

  private var count: Int { thresholds.map { $0.count + 2 } ?? thresholdCount }

  /// For each threshold, Σ weight of the positive targets between it and the next one; then of the
  /// negative ones.
  public var accumulators: Int { 2 * count }

  /// Adds one shard to the sums.
  public func accumulate(_ scoring: Scoring, into sums: UnsafeMutablePointer<Double>) {
    for index in 0..<scoring.rows {
      let row = scoring.row(index, nil)
      for column in 0..<row.count {
        let place = threshold(below: row.predictions[column])
        let target = Double(row.target[column])
        sums[place] += row.weight * target
        sums[count + place] += row.weight * (1 - target)
      }
    }
  }

  /// The last threshold that a prediction is above, or the first; they begin just below 0.
  private func threshold(below prediction: Float) -> Int {
    let p = fromLogits ? 1 / (1 + exp(-prediction)) : prediction
    if let thresholds { return thresholds.count { Float($0) < p } }
    let place = (p * Float(count - 1)).rounded(.up) - 1
    return place > 0 ? Int(min(place, Float(count - 1))) : 0
  }

  /// The area.
  public func result(_ sums: UnsafePointer<Double>) -> Double {
    let positives = (0..<count).reduce(0) { $0 + sums[$1] }
    let negatives = (0..<count).reduce(0) { $0 + sums[count + $1] }
    var area = 0.0
    // From the highest threshold down; above it nothing is predicted to be positive.
    var high = Point(hits: sums[count - 1], wrong: sums[2 * count - 1])
    for place in (0..<count - 1).reversed() {
      let low = Point(hits: high.hits + sums[place], wrong: high.wrong + sums[count + place])
      area += strip(low, high, positives, negatives)
      high = low
    }
    return area
  }

  /// Σ weight of right and of wrong positives at a threshold.
  private struct Point {
    let hits: Double
    let wrong: Double
    var all: Double { hits + wrong }
  }

  private func strip(
    _ low: Point, _ high: Point, _ positives: Double, _ negatives: Double
  ) -> Double {
    switch (curve, summation) {
    case (.precisionRecall, .interpolation): return interpolated(low, high, positives)
    case (.precisionRecall, _):
      let width = ratio(low.hits, positives) - ratio(high.hits, positives)
      return width * height(ratio(low.hits, low.all), ratio(high.hits, high.all))
    case (.roc, _):
      let width = ratio(low.wrong, negatives) - ratio(high.wrong, negatives)
      return width * height(ratio(low.hits, positives), ratio(high.hits, positives))
    }
  }

  private func height(_ low: Double, _ high: Double) -> Double {
    switch summation {
    case .interpolation: (low + high) / 2
    case .minoring: min(low, high)
    case .majoring: max(low, high)
    }
  }

  /// The integral of precision where right and wrong positives grow in proportion.
  private func interpolated(_ low: Point, _ high: Point, _ positives: Double) -> Double {
    let gain = low.hits - high.hits
    let slope = ratio(gain, max(low.all - high.all, 0))
    let intercept = high.hits - slope * high.all
    let growth = low.all > 0 && high.all > 0 ? log(low.all / high.all) : 0
    return ratio(slope * (gain + intercept * growth), positives)
  }
}
