import Tensors

/// The share of what was predicted right, by one of Keras's rules.
public struct Accuracy: NamedMetric {
  /// When a prediction is right.
  public enum Rule: Sendable, Equatable {
    /// Every feature by itself: it equals the target. Keras's `Accuracy`.
    case equality
    /// Every feature by itself: 1 for above the threshold and 0 for the rest equals the target.
    /// Keras's `BinaryAccuracy`.
    case binary(threshold: Float)
    /// The largest of the predictions stands where the largest of the targets does; of equal ones
    /// the first counts. Keras's `CategoricalAccuracy`.
    case categorical
    /// The largest of the predictions stands at the place that the target names; of equal ones the
    /// first counts. Keras's `SparseCategoricalAccuracy`.
    case sparse
    /// Fewer than k predictions are larger than that where the largest of the targets stands.
    /// Keras's `TopKCategoricalAccuracy`.
    case topK(Int)
    /// Fewer than k predictions are larger than that at the place that the target names.
    /// Keras's `SparseTopKCategoricalAccuracy`.
    case sparseTopK(Int)

    fileprivate var className: String {
      switch self {
      case .equality: "Accuracy"
      case .binary: "BinaryAccuracy"
      case .categorical: "CategoricalAccuracy"
      case .sparse: "SparseCategoricalAccuracy"
      case .topK: "TopKCategoricalAccuracy"
      case .sparseTopK: "SparseTopKCategoricalAccuracy"
      }
    }

    /// The loss whose targets look the same.
    fileprivate var loss: any Loss {
      switch self {
      case .equality, .binary: BinaryCrossentropy()
      case .categorical, .topK: CategoricalCrossentropy()
      case .sparse, .sparseTopK: SparseCategoricalCrossentropy()
      }
    }
  }

  /// Keras's name, as it stands in histories: `accuracy` for any rule, if it was asked for so.
  public var name: String
  /// The rule.
  public var rule: Rule
  /// Keras's name of the class.
  public var className: String { rule.className }

  /// A rule under a name; nil for the name of Keras's own metric of that rule.
  public init(_ rule: Rule, name: String? = nil) {
    self.rule = rule
    self.name = name ?? snakeCase(rule.className)
  }

  /// The shapes that the loss of the same kind takes.
  public func targetShapes(for output: Shape) -> [Shape] { rule.loss.targetShapes(for: output) }

  /// What is largest of a softmax's input is largest of its output.
  public func fromLogits(of activation: Activation) -> (any Metric)? {
    switch rule {
    case .categorical, .sparse, .topK, .sparseTopK: activation == .softmax ? self : nil
    case .equality, .binary: nil
    }
  }

  /// Σ weight · share and Σ weight.
  public var accumulators: Int { 2 }

  /// Adds one shard to the sums.
  public func accumulate(_ scoring: Scoring, into sums: UnsafeMutablePointer<Double>) {
    sums[0] += scoring.sumByRow(nil) { rule.share($0) }
    sums[1] += scoring.totalWeight
  }

  /// The share of right predictions.
  public func result(_ sums: UnsafePointer<Double>) -> Double { mean(sums) }
}

extension Accuracy.Rule {
  /// The share of a row that is right.
  fileprivate func share(_ row: Scoring.Row) -> Double {
    switch self {
    case .equality:
      return row.share { row.predictions[$0] == row.target[$0] }
    case .binary(let threshold):
      return row.share { (row.predictions[$0] > threshold ? 1 : 0) == row.target[$0] }
    case .categorical:
      let place = indexOfMaximum(row.target, row.count)
      return indexOfMaximum(row.predictions, row.count) == place ? 1 : 0
    case .sparse:
      return Float(indexOfMaximum(row.predictions, row.count)) == row.target[0] ? 1 : 0
    case .topK(let k):
      return row.isAmongLargest(k, indexOfMaximum(row.target, row.count)) ? 1 : 0
    case .sparseTopK(let k):
      guard let place = Int(exactly: row.target[0]), (0..<row.count).contains(place)
      else { return 0 }
      return row.isAmongLargest(k, place) ? 1 : 0
    }
  }
}

extension Scoring.Row {
  /// The share of the features for which something holds.
  fileprivate func share(_ holds: (Int) -> Bool) -> Double {
    Double((0..<count).count(where: holds)) / Double(count)
  }

  /// Whether fewer than k predictions are larger than the one at a place; equal ones all count.
  fileprivate func isAmongLargest(_ k: Int, _ place: Int) -> Bool {
    predictions[place].isFinite
      && (0..<count).count { predictions[$0] > predictions[place] } < k
  }
}

/// The place of the first of the largest numbers.
func indexOfMaximum(_ numbers: UnsafePointer<Float>, _ count: Int) -> Int {
  var best = 0
  for index in 0..<count where numbers[index] > numbers[best] { best = index }
  return best
}
