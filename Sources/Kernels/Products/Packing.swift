import CPlatform

// A packed right-hand side [k, n] is a row of panels. A panel holds neighbouring columns, up to
// 16 · vectorsPerPanel, k after k, so that a tile reads it straight through:
//
//     panel 0: k = 0 [c0 … c63]  k = 1 [c0 … c63]  …   panel 1: k = 0 [c64 … c83]  k = 1 [c64 … c83] …
//
// The columns of the last panel need not fill vectors. A tile reads whole ones all the same, into the
// next k or the zeros at the end, and lets go of what it computes of them.

/// The number of floats that `packRight` writes for a right-hand side of `depth` rows (k) and
/// `columns` columns (n).
public func packedCount(depth: Int, columns: Int) -> Int {
  depth * columns + lanesPerVector - 1
}

/// Packs the right-hand side B [k, n] of a product, for `multiply`.
///
/// The rows of `b` are `stride` floats apart. If `transposed`, `b` holds Bᵀ [n, k] instead, and the
/// packed matrix is still B. `packed` has room for `packedCount(depth:columns:)` floats.
/// Weights are packed once after each update and serve all time steps and shards.
public func packRight(
  _ b: UnsafePointer<Float>, depth: Int, columns: Int, stride: Int, transposed: Bool,
  into packed: UnsafeMutablePointer<Float>
) {
  forEachPanel(columns: columns) { column, width, _ in
    let panel = packed + depth * column
    if transposed {
      packTransposed(b + column * stride, depth, width, stride, panel)
    } else {
      packPanel(b + column, depth, width, stride, panel)
    }
  }
  (packed + depth * columns).update(repeating: 0, count: lanesPerVector - 1)
}

/// The number of vectors that `columns` columns fill.
func vectorCount(_ columns: Int) -> Int { (columns + lanesPerVector - 1) / lanesPerVector }

/// Packs `width` columns of `depth` rows into one panel.
///
/// Whole vectors are written, row after row: the last of a row runs over into the next, and behind the
/// panel.
@inline(__always)
func packPanel(
  _ b: UnsafePointer<Float>, _ depth: Int, _ width: Int, _ stride: Int,
  _ panel: UnsafeMutablePointer<Float>
) {
  let whole = wholeVectors(width)
  for k in 0..<depth {
    let (source, target) = (b + k * stride, panel + k * width)
    var first = 0
    while first < whole {
      store(load(source + first), target + first)
      first += lanesPerVector
    }
    if whole < width { store(loadInOrder(source + whole, width - whole), target + whole) }
  }
}

/// Packs `width` rows of Bᵀ, with `depth` columns, into one panel.
///
/// Whole vectors are written here, too: the last of all rows first, since they run over.
private func packTransposed(
  _ b: UnsafePointer<Float>, _ depth: Int, _ width: Int, _ stride: Int,
  _ panel: UnsafeMutablePointer<Float>
) {
  let last = (vectorCount(width) - 1) * lanesPerVector
  for column in Swift.stride(from: last, through: 0, by: -lanesPerVector) {
    for k in Swift.stride(from: 0, to: depth, by: lanesPerVector) {
      let (source, target) = (b + column * stride + k, panel + k * width + column)
      let (rows, length) = (min(lanesPerVector, width - column), min(lanesPerVector, depth - k))
      // Constants, for which the compiler leaves the limits out.
      if rows == lanesPerVector, length == lanesPerVector {
        lockstep_transpose(source, stride, lanesPerVector, lanesPerVector, target, width)
      } else {
        lockstep_transpose(source, stride, rows, length, target, width)
      }
    }
  }
}
