import Tensors

/// What the numbers of right and wrong positives and negatives make, every feature by itself, as
/// Keras's `Precision`, `Recall`, `TruePositives` and its like.
public struct ConfusionMetric: NamedMetric {
  /// What is reported; the raw values are Keras's names of the classes.
  public enum Kind: String, Sendable, CaseIterable {
    /// The share of positive predictions that are right.
    case precision = "Precision"
    /// The share of positive targets that are found.
    case recall = "Recall"
    /// Σ weight of positive targets that are found.
    case truePositives = "TruePositives"
    /// Σ weight of negative targets that are taken for positive ones.
    case falsePositives = "FalsePositives"
    /// Σ weight of negative targets that are found.
    case trueNegatives = "TrueNegatives"
    /// Σ weight of positive targets that are taken for negative ones.
    case falseNegatives = "FalseNegatives"
  }

  /// What is reported.
  public let kind: Kind
  /// Keras's name, as it stands in histories.
  public var name: String
  /// What a positive prediction is above; nil for ½, or for no limit with `topK`.
  public var threshold: Double?
  /// How many of the largest predictions of a row may be positive; nil for all.
  public var topK: Int?
  /// The only feature that is looked at; nil for all.
  public var classID: Int?

  /// The metric with Keras's defaults.
  public init(_ kind: Kind, name: String? = nil) {
    self.kind = kind
    self.name = name ?? snakeCase(kind.rawValue)
  }

  /// Keras's name of the class.
  public var className: String { kind.rawValue }

  /// True and false positives, then true and false negatives.
  public var accumulators: Int { 4 }

  /// Adds one shard to the sums.
  public func accumulate(_ scoring: Scoring, into sums: UnsafeMutablePointer<Double>) {
    let limit = Float(threshold ?? (topK == nil ? 0.5 : -.infinity))
    for index in 0..<scoring.rows {
      let row = scoring.row(index, nil)
      for column in columns(of: row.count) {
        let isPositive = row.predictions[column] > limit && isAmongLargest(column, row)
        let isRight = isPositive == (row.target[column] != 0)
        sums[(isPositive ? 0 : 2) + (isRight ? 0 : 1)] += row.weight
      }
    }
  }

  /// The features that are looked at; Python counts negative ones from the end.
  private func columns(of count: Int) -> Range<Int> {
    guard let classID else { return 0..<count }
    let column = classID < 0 ? classID + count : classID
    return (0..<count).contains(column) ? column..<column + 1 : 0..<0
  }

  /// Of equal predictions the first are the largest.
  private func isAmongLargest(_ column: Int, _ row: Scoring.Row) -> Bool {
    guard let topK, topK < row.count else { return true }
    let own = row.predictions[column]
    let larger = (0..<row.count).count {
      row.predictions[$0] > own || (row.predictions[$0] == own && $0 < column)
    }
    return larger < topK
  }

  /// The share or sum.
  public func result(_ sums: UnsafePointer<Double>) -> Double {
    switch kind {
    case .precision: ratio(sums[0], sums[0] + sums[1])
    case .recall: ratio(sums[0], sums[0] + sums[3])
    case .truePositives: sums[0]
    case .falsePositives: sums[1]
    case .trueNegatives: sums[2]
    case .falseNegatives: sums[3]
    }
  }
}
