/// The number of floats of scratch memory that `multiplyTransposed` needs for a left side of `k`
/// columns.
public func transposedProductScratchCount(left k: Int) -> Int {
  rowsPerSum * (k + vectorsPerPanel * lanesPerVector)
}

/// The rows that gradients are summed by: a packed panel of them (32 KB) stays in the first-level cache.
///
/// Whoever takes rows in blocks of so many, or of a multiple, changes no bit of a gradient.
public let rowsPerSum = 256

/// Adds Aᵀ·B to C: A [m, k], B [m, n], C [k, n], the gradient of weights from m rows.
///
/// The rows of `a`, `b` and `c` are `aStride`, `bStride` and `cStride` floats apart. `scratch` has room
/// for `transposedProductScratchCount(left: k)` floats. The rows are taken in blocks of `rowsPerSum`,
/// counted from the first; in each block every element is one chain of fused multiply-adds over rising rows that
/// starts from zero, and its end is added to C.
public func multiplyTransposed(
  rows m: Int, left k: Int, right n: Int, _ a: UnsafePointer<Float>, aStride: Int,
  _ b: UnsafePointer<Float>, bStride: Int, _ c: UnsafeMutablePointer<Float>, cStride: Int,
  scratch: UnsafeMutablePointer<Float>
) {
  for first in stride(from: 0, to: m, by: rowsPerSum) {
    let block = TransposedBlock(
      rows: min(rowsPerSum, m - first), k: k, n: n, a: a + first * aStride, aStride: aStride,
      b: b + first * bStride, bStride: bStride, c: c, cStride: cStride)
    if k > 2 * mostRowsPerTile {
      block.runPacked(scratch)
    } else {
      block.runDirect()
    }
  }
}

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

  /// Copies B panel by panel: many tiles read each, which pays for the copy.
  ///
  /// A is copied tile by tile where its rows are so far apart that few of them have room in a cache.
  func runPacked(_ scratch: UnsafeMutablePointer<Float>) {
    let copiesLeft = k > 128
    let panel = scratch + rows * k
    if copiesLeft {
      forEachTile(rows: k) { row, count in packLeft(row, count, scratch + row * rows) }
    }
    var column = 0
    while column < n {
      let vectors = min(vectorsPerPanel, vectorCount(n - column))
      let width = vectors * lanesPerVector
      packPanel(b + column, rows, min(width, n - column), bStride, width, panel)
      let right = RightOperand(
        numbers: panel, depthStride: width, panelStride: 0, isPadded: true,
        next: b + column + width, nextStride: bStride)
      forEachTile(rows: k) { row, count in
        let left = LeftOperand(
          numbers: copiesLeft ? UnsafePointer(scratch + row * rows) : a + row, rowStride: 1,
          depthStride: copiesLeft ? count : aStride)
        tile(count, vectors, row, column, left, right)
      }
      column += width
    }
  }

  /// Copies `count` columns of A from `column` on, row after row.
  private func packLeft(_ column: Int, _ count: Int, _ target: UnsafeMutablePointer<Float>) {
    for row in 0..<rows {
      store(load(a + row * aStride + column, count), target + row * count, count)
    }
  }

  /// Reads both where they stand: with few tiles each part is read only once or twice.
  func runDirect() {
    forEachTile(rows: k) { row, count in
      let left = LeftOperand(numbers: a + row, rowStride: 1, depthStride: aStride)
      let widest = vectorsPerTile(rows: count)
      forEachGroup(vectors: vectorCount(n), widest: widest) { vector, width in
        let column = vector * lanesPerVector
        let right = RightOperand(
          numbers: b + column, depthStride: bStride, panelStride: vectorsPerPanel * lanesPerVector,
          isPadded: false, next: b + column + width * lanesPerVector, nextStride: bStride)
        tile(count, width, row, column, left, right)
      }
    }
  }

  @inline(__always)
  private func tile(
    _ tileRows: Int, _ vectors: Int, _ row: Int, _ column: Int, _ left: LeftOperand,
    _ right: RightOperand
  ) {
    computeTile(
      rows: tileRows, vectors: vectors,
      TileWork(
        depth: rows, left: left, right: right,
        columns: min(vectors * lanesPerVector, n - column), output: c + row * cStride + column,
        stride: cStride, start: .addition))
  }
}
