/// The number of floats of scratch memory that `multiplyTransposed` needs for a left side of `k`
/// columns.
public func transposedProductScratchCount(left k: Int) -> Int {
  rowsPerSum * (k + vectorsPerPanel * lanesPerVector)
}

/// The rows that gradients are summed by: a packed panel of them (64 KB, or 16) stays near.
///
/// Whoever takes rows in blocks of so many, or of a multiple, changes no bit of a gradient.
public let rowsPerSum = 256

/// Adds Aᵀ·B to C: A [m, k], B [m, n], C [k, n], the gradient of weights from m rows; and the sums of B's
/// columns to `columnSums` [n] if it is given, the gradient of a bias.
///
/// Unless `accumulating`, C is taken for zeros, to the bit, whatever it holds; m is not zero then.
/// The rows of `a`, `b` and `c` are `aStride`, `bStride` and `cStride` floats apart. `scratch` has room
/// for `transposedProductScratchCount(left: k)` floats. The rows are taken in blocks of `rowsPerSum`,
/// counted from the first; in each block every element is one chain of fused multiply-adds over rising rows that
/// starts from zero, and its end is added to C. The columns are summed as by `addColumnSums`.
public func multiplyTransposed(
  rows m: Int, left k: Int, right n: Int, _ a: UnsafePointer<Float>, aStride: Int,
  _ b: UnsafePointer<Float>, bStride: Int, _ c: UnsafeMutablePointer<Float>, cStride: Int,
  columnSums: UnsafeMutablePointer<Float>? = nil, scratch: UnsafeMutablePointer<Float>,
  accumulating: Bool = true
) {
  for first in stride(from: 0, to: m, by: rowsPerSum) {
    let block = TransposedBlock(
      rows: min(rowsPerSum, m - first), k: k, n: n, a: a + first * aStride, aStride: aStride,
      b: b + first * bStride, bStride: bStride, c: c, cStride: cStride, columnSums: columnSums,
      accumulating: accumulating || first > 0)
    block.isReadInPlace ? block.runInPlace() : block.runPacked(scratch)
  }
}

/// The most columns on the left with which no side is copied, however long its rows: few tiles read each part.
private let mostOnce = 24

/// The most columns on the left that are near: in longer rows they are so far apart that few of them have
/// room in a cache.
private let mostNear = 128

/// The longest rows on the right that are near: the second-level cache has room for a panel of them, and of
/// narrow panels for few that are a page apart.
private let longestNear = hasWideVectors ? 1024 : 512

/// The fewest rows that are read where they stand, though they are far: with one row of [256, 1024] that took
/// 1.1, with four of [512, 2048] 1.3 times as long as with copies; from eight on it is faster.
private let fewestInPlace = 8

private struct TransposedBlock {
  let rows: Int
  let k: Int
  let n: Int
  let a: UnsafePointer<Float>
  let aStride: Int
  let b: UnsafePointer<Float>
  let bStride: Int
  let c: UnsafeMutablePointer<Float>
  let cStride: Int
  let columnSums: UnsafeMutablePointer<Float>?
  let accumulating: Bool

  /// Whether both sides are read where they stand.
  var isReadInPlace: Bool {
    // Without wide vectors part of one takes long, again for each tile; the copy has room for all of it.
    if !hasWideVectors, k > 1, wholeVectors(n) < n { return false }
    if k <= mostOnce || !isFar { return true }
    return hasWideVectors && rows >= fewestInPlace
  }

  private var isFar: Bool { k > mostNear || bStride > longestNear }

  /// Copies B panel by panel: many tiles read each, which pays for the copy.
  ///
  /// A is copied tile by tile where its rows are long. Columns are summed from the copy, which is near.
  func runPacked(_ scratch: UnsafeMutablePointer<Float>) {
    let copiesLeft = k > mostNear
    let panel = scratch + rows * k
    let fewest = mostRows(vectors: vectorsPerPanel)
    if copiesLeft {
      forEachTile(rows: k, most: fewest) { row, count in
        packLeft(row, count, scratch + row * rows)
      }
    }
    forEachPanel(columns: n) { column, width, _ in
      let vectors = vectorCount(width)
      packPanel(b + column, rows, width, bStride, panel)
      if let columnSums {
        addColumnSums(rows: rows, columns: width, panel, stride: width, to: columnSums + column)
      }
      let right = RightOperand(
        numbers: panel, depthStride: width, panelStride: 0, isReadWhole: true)
      forEachTile(rows: k, most: copiesLeft ? fewest : mostRows(vectors: vectors)) { row, count in
        let left = LeftOperand(
          numbers: copiesLeft ? UnsafePointer(scratch + row * rows) : a + row, rowStride: 1,
          depthStride: copiesLeft ? count : aStride)
        fetchShare(row, count, ofPanel: column + width)
        tile(count, width, 1, row, column, left, right)
      }
    }
  }

  private func sumColumns(_ first: Int, _ count: Int) {
    guard let columnSums else { return }
    addColumnSums(rows: rows, columns: count, b + first, stride: bStride, to: columnSums + first)
  }

  /// Has the rows of the panel that begins at `next` fetched, those that are the share of a tile of `count` rows.
  @inline(__always)
  private func fetchShare(_ row: Int, _ count: Int, ofPanel next: Int) {
    guard rows >= fewestToFetch else { return }
    let (first, end) = (row * rows / k, (row + count) * rows / k)
    let vectors = min(vectorsPerPanel, vectorCount(n - next))
    fetch(end - first, vectors, b + first * bStride + next, bStride, isPanel: true)
  }

  /// Copies `count` columns of A from `column` on, row after row.
  private func packLeft(_ column: Int, _ count: Int, _ target: UnsafeMutablePointer<Float>) {
    for row in 0..<rows {
      store(load(a + row * aStride + column, count), target + row * count, count)
    }
  }

  /// Reads both where they stand; panel by panel columns are summed where they are far, from what was fetched.
  func runInPlace() {
    if k == 1, let columnSums {
      let both = RowGradient(
        rows: rows, columns: n, a: a, aStride: aStride, b: b, bStride: bStride, c: c,
        columnSums: columnSums, accumulating: accumulating)
      return both.run()
    }
    let isFar = isFar
    if !isFar { sumColumns(0, n) }
    forEachPanel(columns: n, together: panelsPerTile(rows: k)) { column, width, panels in
      if isFar { sumColumns(column, panels * width) }
      let right = RightOperand(
        numbers: b + column, depthStride: bStride, panelStride: width, isReadWhole: false)
      forEachTile(rows: k, most: mostRowsInPlace(width)) { row, count in
        let left = LeftOperand(numbers: a + row, rowStride: 1, depthStride: aStride)
        if isFar { fetchShare(row, count, ofPanel: column + panels * width) }
        tile(count, width, panels, row, column, left, right)
      }
    }
  }

  /// The most rows of a tile that is so many columns wide.
  ///
  /// (The compiler keeps nine rows of three vectors in memory where the last is read in part.)
  @inline(__always)
  private func mostRowsInPlace(_ width: Int) -> Int {
    let vectors = vectorCount(width)
    let most = mostRows(vectors: vectors)
    return vectors == 3 && wholeVectors(width) < width ? min(most, 8) : most
  }

  @inline(__always)
  private func tile(
    _ tileRows: Int, _ width: Int, _ panels: Int, _ row: Int, _ column: Int,
    _ left: LeftOperand, _ right: RightOperand
  ) {
    let output = c + row * cStride + column
    computeTile(
      rows: tileRows, width: vectorCount(width), panels: panels,
      TileWork(
        depth: rows, left: left, right: right,
        columns: panels * width,
        output: output, stride: cStride,
        start: accumulating ? .addition : .additionToZero,
        coming: UnsafePointer(output)))
  }
}
