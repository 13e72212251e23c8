/// Mean and deviation of each column of a series, and the way to and from standardized numbers.
public struct SeriesScale: Sendable, Hashable {
  /// The mean of each column.
  public let means: [Double]
  /// The standard deviation of each column: the root of the mean square; 1 where a column is constant.
  public let deviations: [Double]

  init(means: [Double], deviations: [Double]) {
    (self.means, self.deviations) = (means, deviations)
  }

  /// Measures a series.
  ///
  /// - Parameters:
  ///   - series: the numbers.
  ///   - windows: which of them are measured.
  init(of series: Series, _ windows: SeriesWindows) {
    let width = series.columns.count
    let rows =
      switch windows.standardization {
      case .train: windows.cut(of: series.count)
      case .all: series.count
      case .none: 0
      }
    guard rows > 0 else {
      self.init(
        means: Array(repeating: 0, count: width), deviations: Array(repeating: 1, count: width))
      return
    }
    var (means, deviations): ([Double], [Double]) = ([], [])
    for column in 0..<width {
      // The differences from the first value are small where all values are alike and large.
      let shift = series.values[column]
      var (sum, squares) = (0.0, 0.0)
      for row in 0..<rows { sum += series.values[row * width + column] - shift }
      let mean = shift + sum / Double(rows)
      for row in 0..<rows {
        let distance = series.values[row * width + column] - mean
        squares += distance * distance
      }
      let deviation = (squares / Double(rows)).squareRoot()
      means.append(mean)
      deviations.append(deviation > 0 ? deviation : 1)
    }
    self.init(means: means, deviations: deviations)
  }

  /// A value of a column as the network sees it.
  func standardized(_ value: Double, _ column: Int) -> Double {
    (value - means[column]) / deviations[column]
  }

  /// What a number of the network means in the column's own units.
  func restored(_ value: Double, _ column: Int) -> Double {
    value * deviations[column] + means[column]
  }
}
