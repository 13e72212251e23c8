import Foundation

/// Chow's test of whether a regression changes at a place of a series, for every place at once.
///
/// F = ((S - S₁ - S₂) / k) / ((S₁ + S₂) / (n - 2k)), where S, S₁ and S₂ are the sums of squared
/// residuals of one regression over all n rows, over those before the break and over those from it
/// on, each with k coefficients. If nothing changes and residuals are normal and independent, F at
/// one place that was named beforehand follows the F distribution with k and n - 2k degrees of
/// freedom. The largest F of many places does not: it is above that critical value far more often.
///
/// Two passes over the series, one from each end, give all sums: time is linear in the series.
public struct ChowTest: Sendable {
  /// What the series is explained by.
  public enum Regression: Sendable, Hashable {
    /// A straight line over time: k = 2.
    case trend
    /// A constant and the values before, so many of them: k = lags + 1.
    case lags(Int)

    /// How many coefficients there are.
    public var coefficients: Int {
      switch self {
      case .trend: 2
      case .lags(let count): count + 1
      }
    }

    /// How many values at the beginning are only looked back to.
    var skipped: Int {
      switch self {
      case .trend: 0
      case .lags(let count): count
      }
    }
  }

  /// What is said of one place.
  public struct Break: Sendable, Hashable {
    /// The place of the first value behind the break.
    public let place: Int
    /// The quotient of mean squares.
    public let f: Double
  }

  /// What the series is explained by.
  public let regression: Regression
  /// How many rows the regression over all has.
  public let rows: Int
  /// Every place with more rows than coefficients on each side, in order.
  public let breaks: [Break]
  /// What F follows at one place where nothing changes.
  public let distribution: FDistribution

  /// Tests a series.
  ///
  /// - Parameters:
  ///   - values: the series.
  ///   - regression: what it is explained by.
  ///   - name: what to call the series in messages.
  /// - Throws: `DataError` where the series is too short, or the regression explains it exactly.
  public init(
    _ values: [Double], _ regression: Regression = .trend, name: String = "series"
  ) throws(DataError) {
    let coefficients = regression.coefficients
    let rows = values.count - regression.skipped
    guard coefficients > 0, rows >= 2 * coefficients + 2 else {
      throw DataError(
        .badSetting,
        "cannot look for breaks in '\(name)': it has \(values.count) values; expected at least "
          + "\(2 * coefficients + 2 + regression.skipped) for a regression with \(coefficients) coefficients"
      )
    }
    (self.rows, self.regression) = (rows, regression)
    let design = Design(values, regression)
    let before = design.residuals(rows, fromEnd: false)
    let after = design.residuals(rows, fromEnd: true)
    guard let whole = before.last, whole > design.noise else {
      throw DataError(
        .badSetting,
        "cannot look for breaks in '\(name)': the regression explains every value exactly, so there "
          + "is nothing left to compare")
    }
    let freedom = Double(rows - 2 * coefficients)
    distribution = FDistribution(Double(coefficients), freedom)
    breaks = (coefficients + 1...rows - coefficients - 1).map { first in
      let parts = before[first - 1] + after[rows - first - 1]
      let f = max(whole - parts, 0) / Double(coefficients) / (parts / freedom)
      return Break(place: first + regression.skipped, f: parts > 0 ? f : .infinity)
    }
  }

  /// The place where F is largest.
  public var largest: Break {
    breaks.max { $0.f < $1.f } ?? Break(place: 0, f: .nan)
  }

  /// How likely so large an F is at a place that was named beforehand, if nothing changes there.
  public func likelihood(_ found: Break) -> Double { distribution.upperTail(found.f) }
}

/// The rows of a regression, with numbers of a size that loses no digits.
private struct Design {
  private let values: [Double]
  private let regression: ChowTest.Regression
  /// Sums of squares below it are rounding.
  let noise: Double

  /// Moving and scaling the series changes no F, since every regression has a constant.
  init(_ values: [Double], _ regression: ChowTest.Regression) {
    self.regression = regression
    let first = values.first ?? 0
    let mean = first + values.reduce(0) { $0 + ($1 - first) } / Double(max(values.count, 1))
    let size = values.reduce(0) { max($0, abs($1 - mean)) }
    self.values = values.map { ($0 - mean) / (size > 0 ? size : 1) }
    noise = Double(values.count) * 1e-26
  }

  /// Σ of squared residuals of the first 1, 2, … rows, or of the last ones.
  func residuals(_ rows: Int, fromEnd: Bool) -> [Double] {
    var growing = GrowingRegression(regressors: regression.coefficients)
    return (0..<rows).map { index in
      let row = fromEnd ? rows - 1 - index : index
      growing.add(values[row + regression.skipped]) { column in
        if column == 0 { return 1 }
        return switch regression {
        // Counted from the end that rows come from, where few rows must tell a slope.
        case .trend: Double(index) / Double(rows)
        case .lags(let count): values[row + count - column]
        }
      }
      return growing.residual
    }
  }
}
