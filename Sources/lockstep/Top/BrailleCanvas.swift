/// Dots in a terminal: each character has two columns and four rows of them.
struct BrailleCanvas {
  /// Characters on a line.
  let columns: Int
  /// Lines.
  let rows: Int
  private var cells: [UInt32]
  /// The last one that touched a cell, for its color.
  private var owners: [Int?]

  /// The bits of a character's dots, by column and row.
  private static let bits: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

  /// An empty canvas.
  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: 0, count: columns * rows)
    owners = Array(repeating: nil, count: columns * rows)
  }

  /// Dots in a row.
  var width: Int { 2 * columns }

  /// Dots in a column.
  var height: Int { 4 * rows }

  /// Sets a dot; (0, 0) is at the lower left, and what lies outside is left out.
  mutating func set(_ x: Int, _ y: Int, owner: Int = 0) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    let row = height - 1 - y
    let cell = row / 4 * columns + x / 2
    cells[cell] |= Self.bits[x % 2][row % 4]
    owners[cell] = owner
  }

  /// Sets the dots between two, both included.
  mutating func line(_ from: (x: Int, y: Int), _ to: (x: Int, y: Int), owner: Int = 0) {
    let steps = max(abs(to.x - from.x), abs(to.y - from.y), 1)
    for step in 0...steps {
      let part = Double(step) / Double(steps)
      set(
        Int((Double(from.x) + part * Double(to.x - from.x)).rounded()),
        Int((Double(from.y) + part * Double(to.y - from.y)).rounded()), owner: owner)
    }
  }

  /// The lines, from above.
  ///
  /// - Parameter paint: gives a character the color of an owner.
  /// - Returns: a text for each line.
  func lines(_ paint: (Character, Int) -> String = { character, _ in String(character) })
    -> [String]
  {
    (0..<rows).map { row in
      (0..<columns).map { column in
        let cell = row * columns + column
        guard let owner = owners[cell], let dots = Unicode.Scalar(0x2800 + cells[cell]) else {
          return " "
        }
        return paint(Character(dots), owner)
      }.joined()
    }
  }
}
