/// Rows of text in columns that line up.
struct Table {
  private let header: [String]
  private let rightAligned: Set<Int>
  private var rows: [[String]] = []

  init(_ header: [String], rightAligned: Set<Int> = []) {
    self.header = header
    self.rightAligned = rightAligned
  }

  mutating func add(_ row: [String]) {
    precondition(row.count == header.count, "a cell for each column")
    rows.append(row)
  }

  /// The lines, with a rule under the header.
  var lines: [String] {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "──")
    return [line(header, widths), rule] + rows.map { line($0, widths) }
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (column, cell) in cells.enumerated() {
      let space = String(repeating: " ", count: widths[column] - cell.count)
      text += rightAligned.contains(column) ? space + cell : cell + space
      text += column + 1 < cells.count ? "  " : ""
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}
