import Tensors

/// The share of what was predicted right, by one of Keras's three rules.
public struct Accuracy: Metric {
  /// When a prediction is right.
  public enum Rule: Sendable, Equatable {
    /// Every feature by itself: 1 for above the threshold and 0 for the rest equals the target.
    /// Keras's `BinaryAccuracy`.
    case binary(threshold: Float)
    /// The largest of the predictions stands where the largest of the targets does; of equal ones
    /// the first counts. Keras's `CategoricalAccuracy`.
    case categorical
    /// The largest of the predictions stands at the place that the target names; of equal ones the
    /// first counts. Keras's `SparseCategoricalAccuracy`.
    case sparse

    fileprivate var name: String {
      switch self {
      case .binary: "binary_accuracy"
      case .categorical: "categorical_accuracy"
      case .sparse: "sparse_categorical_accuracy"
      }
    }
  }

  /// Keras's name, as it stands in histories: `accuracy` for any rule, if it was asked for so.
  public let name: String
  /// The rule.
  public let rule: Rule

  /// A rule under a name; nil for the name of Keras's own metric of that rule.
  public init(_ rule: Rule, name: String? = nil) {
    self.rule = rule
    self.name = name ?? rule.name
  }

  /// Σ weight · share and Σ weight.
  public var accumulators: Int { 2 }

  /// Adds one shard to the sums.
  public func accumulate(_ scoring: Scoring, into sums: UnsafeMutablePointer<Double>) {
    let columns = scoring.predictions.columns
    sums[0] += scoring.sumByRow(nil) { row in
      switch rule {
      case .binary(let threshold):
        let right = (0..<columns).count {
          (row.predictions[$0] > threshold ? 1 : 0) == row.target[$0]
        }
        return Double(right) / Double(columns)
      case .categorical:
        let same = indexOfMaximum(row.predictions, columns) == indexOfMaximum(row.target, columns)
        return same ? 1 : 0
      case .sparse:
        return Float(indexOfMaximum(row.predictions, columns)) == row.target[0] ? 1 : 0
      }
    }
    sums[1] += scoring.totalWeight
  }

  /// The share of right predictions.
  public func result(_ sums: UnsafePointer<Double>) -> Double { mean(sums) }
}

/// The place of the first of the largest numbers.
func indexOfMaximum(_ numbers: UnsafePointer<Float>, _ count: Int) -> Int {
  var best = 0
  for index in 0..<count where numbers[index] > numbers[best] { best = index }
  return best
}
