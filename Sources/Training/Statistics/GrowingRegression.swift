import Foundation

/// Least squares over rows that are added one by one: the sum of squared residuals after each.
///
/// The triangular factor of the rows so far is kept, and each new row is rotated into it; what is left
/// of its target is its share of the sum. So the sum grows by squares and nothing is ever subtracted:
/// no digits are lost, where running sums of products lose most of them on long series.
struct GrowingRegression {
  private let regressors: Int
  /// [regressors, regressors + 1]: the upper triangle, and the rotated targets.
  private var factor: [Double]
  private var row: [Double]
  /// Σ of squared residuals of the rows so far.
  private(set) var residual = 0.0

  init(regressors: Int) {
    self.regressors = regressors
    factor = Array(repeating: 0, count: regressors * (regressors + 1))
    row = Array(repeating: 0, count: regressors + 1)
  }

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - target: what is to be explained.
  ///   - value: gives each regressor.
  mutating func add(_ target: Double, _ value: (Int) -> Double) {
    let width = regressors + 1
    for column in 0..<regressors { row[column] = value(column) }
    row[regressors] = target
    for pivot in 0..<regressors where row[pivot] != 0 {
      let first = pivot * width
      let length = hypot(factor[first + pivot], row[pivot])
      let (cosine, sine) = (factor[first + pivot] / length, row[pivot] / length)
      for column in pivot..<width {
        let (above, below) = (factor[first + column], row[column])
        factor[first + column] = cosine * above + sine * below
        row[column] = cosine * below - sine * above
      }
    }
    residual += row[regressors] * row[regressors]
  }
}
