import Foundation

/// The distribution of a quotient of two mean squares: Snedecor's F.
public struct FDistribution: Sendable, Hashable {
  /// The degrees of freedom of the numerator.
  public let numerator: Double
  /// The degrees of freedom of the denominator.
  public let denominator: Double

  /// The distribution with degrees of freedom, both above zero.
  public init(_ numerator: Double, _ denominator: Double) {
    precondition(numerator > 0 && denominator > 0, "degrees of freedom are above zero")
    (self.numerator, self.denominator) = (numerator, denominator)
  }

  /// How likely a value above `f` is.
  public func upperTail(_ f: Double) -> Double {
    guard f > 0 else { return f.isNaN ? .nan : 1 }
    guard f.isFinite else { return 0 }
    // 1 / (1 + q) and q / (1 + q), both without cancellation.
    let quotient = numerator * f / denominator
    return BetaFunction.regularized(
      1 / (1 + quotient), complement: quotient / (1 + quotient), denominator / 2, numerator / 2)
  }

  /// The value that is exceeded with a likelihood.
  ///
  /// - Parameter likelihood: above 0 and below 1, such as 0.05.
  /// - Returns: the critical value, by halving an interval until neighbours among the numbers are
  ///   reached.
  public func critical(_ likelihood: Double) -> Double {
    precondition(likelihood > 0 && likelihood < 1, "a likelihood is between 0 and 1")
    var (low, high) = (0.0, 1.0)
    while upperTail(high) > likelihood, high < 1e300 { (low, high) = (high, high * 2) }
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return middle }
      if upperTail(middle) > likelihood { low = middle } else { high = middle }
    }
  }
}
