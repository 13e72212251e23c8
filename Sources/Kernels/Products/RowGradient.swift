/// The gradient of a kernel that has one row, and that of the bias beside it, from a block of rows.
///
/// As for a series of single numbers: either is bound by reading B, which is read once for both.
struct RowGradient {
  let rows: Int
  let columns: Int
  let a: UnsafePointer<Float>
  let aStride: Int
  let b: UnsafePointer<Float>
  let bStride: Int
  let c: UnsafeMutablePointer<Float>
  let columnSums: UnsafeMutablePointer<Float>
  let start: TileStart

  /// Adds Aᵀ·B to C as a tile does, and B's columns to the sums as `addColumnSums` does, to the bit.
  func run() {
    forEachTile(rows: vectorCount(columns), most: mostTogether) { vector, count in
      let column = vector * lanesPerVector
      switch count {
      case 1: Part<1>.run(self, column)
      case 2: Part<2>.run(self, column)
      case 3: Part<3>.run(self, column)
      case 4: Part<4>.run(self, column)
      case 5: Part<5>.run(self, column)
      case 6: Part<6>.run(self, column)
      case 7: Part<7>.run(self, column)
      default: Part<8>.run(self, column)
      }
    }
  }
}

/// The most vectors side by side, with two sums for each.
private let mostTogether = hasWideVectors ? 8 : 2

/// Both sums of vectors side by side.
private enum Part<let vectors: Int> {
  typealias Row = Sums<1, vectors>

  @inline(never)
  static func run(_ work: RowGradient, _ column: Int) {
    let lanes = work.columns - column - (vectors - 1) * lanesPerVector
    lanes < lanesPerVector ? run(work, column, lanes) : run(work, column, nil)
  }

  /// The last vector has `rest` lanes; all if nil.
  @inline(__always)
  private static func run(_ work: RowGradient, _ column: Int, _ rest: Int?) {
    var (slopes, sums) = (Row(), Row())
    var (left, right) = (work.a, work.b + column)
    for _ in 0..<work.rows {
      let row = Row.row(right, rest)
      slopes.add(left[0], row)
      sums.add(row)
      left += work.aStride
      right += work.bStride
    }
    slopes.finish(work.start, work.c + column, 0, rest)
    sums.finish(.addition, work.columnSums + column, 0, rest)
  }
}
