/// A penalty on the size of weights: Σ l1·|w| + l2·w², added to the loss once per update.
public struct Regularizer: Sendable, Hashable {
  /// The factor of Σ |w|.
  public var l1: Double
  /// The factor of Σ w², without Keras 1's ½.
  public var l2: Double

  /// A penalty with both factors, as Keras's `L1L2`.
  public init(l1: Double = 0, l2: Double = 0) {
    self.l1 = l1
    self.l2 = l2
  }
}

/// What weights are brought back to after every update, under Keras's names; norms are taken over
/// `axis` of the array.
public enum Constraint: Sendable, Hashable {
  /// Norms of at most `maxValue`.
  case maxNorm(maxValue: Double, axis: [Int])
  /// No weight below zero.
  case nonNegative
  /// Norms of one.
  case unitNorm(axis: [Int])
  /// Norms between `minValue` and `maxValue`, approached by the share `rate`.
  case minMaxNorm(minValue: Double, maxValue: Double, rate: Double, axis: [Int])
}

extension Constraint {
  /// The same constraint with axes counted from the first; nil where an array of the rank lacks one.
  func resolved(rank: Int) -> Constraint? {
    func resolve(_ axis: [Int]) -> [Int]? {
      guard axis.allSatisfy({ (-rank..<rank).contains($0) }) else { return nil }
      return axis.map { $0 < 0 ? $0 + rank : $0 }
    }
    switch self {
    case .nonNegative:
      return self
    case .maxNorm(let maxValue, let axis):
      return resolve(axis).map { .maxNorm(maxValue: maxValue, axis: $0) }
    case .unitNorm(let axis):
      return resolve(axis).map { .unitNorm(axis: $0) }
    case .minMaxNorm(let minValue, let maxValue, let rate, let axis):
      return resolve(axis).map {
        .minMaxNorm(minValue: minValue, maxValue: maxValue, rate: rate, axis: $0)
      }
    }
  }
}
