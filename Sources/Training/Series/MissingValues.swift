/// What is done where a series has no number.
public enum MissingValues: String, Sendable, CaseIterable {
  /// The line is named, and nothing is made.
  case error
  /// The whole line is left out.
  case skip
  /// The number before it stands for it; lines before the first number are left out.
  case previous
  /// A straight line between its neighbours in time; at the ends the nearest number.
  case interpolate
}

extension MissingValues {
  /// How a missing number is written.
  static let spellings: Set<String> = [
    "", "na", "n/a", "nan", "null", "none", "?", "-", "#n/a",
  ]

  /// Fills what is missing in a table of numbers.
  ///
  /// - Parameters:
  ///   - values: [N, columns] with NaN where there is none; changed in place.
  ///   - columns: how many columns there are.
  /// - Returns: the rows that stay, in order.
  func fill(_ values: inout [Double], columns: Int) -> [Int] {
    let rows = values.count / columns
    switch self {
    case .error, .skip: break
    case .previous:
      for place in stride(from: columns, to: values.count, by: 1) where values[place].isNaN {
        values[place] = values[place - columns]
      }
    case .interpolate:
      for column in 0..<columns { Self.interpolate(&values, column, columns, rows) }
    }
    return (0..<rows).filter { row in
      !values[row * columns..<(row + 1) * columns].contains(where: \.isNaN)
    }
  }

  private static func interpolate(
    _ values: inout [Double], _ column: Int, _ columns: Int, _ rows: Int
  ) {
    var last: Int?
    for row in 0...rows where row == rows || !values[row * columns + column].isNaN {
      let before = last.map { values[$0 * columns + column] }
      let after = row < rows ? values[row * columns + column] : nil
      let first = (last ?? -1) + 1
      for gap in first..<max(first, row) {
        let share = Double(gap - first + 1) / Double(row - first + 1)
        let between = before.flatMap { before in after.map { before + share * ($0 - before) } }
        values[gap * columns + column] = between ?? before ?? after ?? .nan
      }
      last = row
    }
  }
}
