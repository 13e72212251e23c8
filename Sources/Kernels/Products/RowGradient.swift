/// The gradient of a kernel that has one row, and that of the bias beside it, from a block of rows: Aᵀ·B is
/// added to C as by a tile, and B's columns to their sums as by `addColumnSums`, to the bit.
///
/// As for a series of single numbers: either is bound by reading B, which is read once for both.
struct RowGradient: ColumnPass {
  let rows: Int
  let columns: Int
  let a: UnsafePointer<Float>
  let aStride: Int
  let b: UnsafePointer<Float>
  let bStride: Int
  let c: UnsafeMutablePointer<Float>
  let columnSums: UnsafeMutablePointer<Float>
  /// Whether C is added to, or taken for zeros.
  let accumulating: Bool

  static var most: Int { hasWideVectors ? 8 : 2 }

  @inline(__always)
  func run<let vectors: Int>(_ part: RowPart<vectors>, from column: Int) {
    var (slopes, sums) = (Numbers<vectors>(), Numbers<vectors>())
    var (left, right) = (a, b + column)
    for _ in 0..<rows {
      let numbers = part.load(right)
      slopes.add(left[0], times: numbers)
      sums.add(numbers)
      left += aStride
      right += bStride
    }
    slopes.add(accumulating ? part.load(c + column) : Numbers())
    part.store(slopes, c + column)
    sums.add(part.load(columnSums + column))
    part.store(sums, columnSums + column)
  }
}
