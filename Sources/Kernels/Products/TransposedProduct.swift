/// The number of floats of scratch memory that `multiplyTransposed` needs, whatever its sizes.
public let transposedProductScratchCount = rowBlock * 2 * lanesPerVector

/// Adds Aᵀ·B to C: A [m, k], B [m, n], C [k, n], the gradient of weights from m rows.
///
/// The rows of `a`, `b` and `c` are `aStride`, `bStride` and `cStride` floats apart. `scratch` has room
/// for `transposedProductScratchCount` floats. The rows are taken in blocks of 256, counted from the
/// first; in each block every element is one chain of fused multiply-adds over rising rows that
/// starts from zero, and its end is added to C.
public func multiplyTransposed(
  rows m: Int, left k: Int, right n: Int, _ a: UnsafePointer<Float>, aStride: Int,
  _ b: UnsafePointer<Float>, bStride: Int, _ c: UnsafeMutablePointer<Float>, cStride: Int,
  scratch: UnsafeMutablePointer<Float>
) {
  for first in stride(from: 0, to: m, by: rowBlock) {
    let block = TransposedBlock(
      rows: min(rowBlock, m - first), k: k, n: n, a: a + first * aStride, aStride: aStride,
      b: b + first * bStride, bStride: bStride, c: c, cStride: cStride)
    if k > 2 * rowsPerTile {
      block.runPacked(scratch)
    } else {
      block.runDirect()
    }
  }
}

/// Rows of one block: a packed panel of them (32 KB) stays in the first-level cache.
private let rowBlock = 256

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
  func runPacked(_ scratch: UnsafeMutablePointer<Float>) {
    var column = 0
    while column < n {
      let vectors = min(vectorsPerPanel, vectorCount(n - column))
      let width = vectors * lanesPerVector
      packPanel(b + column, rows, min(width, n - column), bStride, width, scratch)
      let panel = RightOperand(
        numbers: scratch, depthStride: width, panelStride: 0, isPadded: true)
      for row in stride(from: 0, to: k, by: rowsPerTile) {
        tile(min(rowsPerTile, k - row), vectors, row, column, panel)
      }
      column += width
    }
  }

  /// Reads B where it stands: with few tiles each part of it is read only once or twice.
  func runDirect() {
    for row in stride(from: 0, to: k, by: rowsPerTile) {
      let tileRows = min(rowsPerTile, k - row)
      var width = vectorsPerTile(rows: tileRows)
      var vector = 0
      while vector < vectorCount(n) {
        while vector + width > vectorCount(n) { width /= 2 }
        let column = vector * lanesPerVector
        let right = RightOperand(
          numbers: b + column, depthStride: bStride, panelStride: vectorsPerPanel * lanesPerVector,
          isPadded: false)
        tile(tileRows, width, row, column, right)
        vector += width
      }
    }
  }

  @inline(__always)
  private func tile(
    _ tileRows: Int, _ vectors: Int, _ row: Int, _ column: Int, _ right: RightOperand
  ) {
    computeTile(
      rows: tileRows, vectors: vectors, depth: rows,
      left: LeftOperand(numbers: a + row, rowStride: 1, depthStride: aStride), right: right,
      columns: min(vectors * lanesPerVector, n - column), into: c + row * cStride + column,
      stride: cStride, start: .addition)
  }
}
