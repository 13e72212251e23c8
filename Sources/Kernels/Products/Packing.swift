import CPlatform

// A packed right-hand side [k, n] is a row of panels. A panel holds neighbouring columns, up to
// 16 · vectorsPerPanel, k after k, so that a tile reads it straight through; zeros fill the columns that
// do not exist:
//
//     panel 0: k = 0 [c0 … c63]  k = 1 [c0 … c63]  …   panel 1: k = 0 [c64 … c127] …

/// The number of floats that `packRight` writes for a right-hand side of `depth` rows (k) and
/// `columns` columns (n).
public func packedCount(depth: Int, columns: Int) -> Int {
  depth * vectorCount(columns) * lanesPerVector
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
  forEachPanel(vectors: vectorCount(columns)) { vector, vectors, _ in
    let (column, width) = (vector * lanesPerVector, vectors * lanesPerVector)
    let present = min(width, columns - column)
    let panel = packed + depth * column
    if transposed {
      packTransposed(b + column * stride, depth, present, stride, width, panel)
    } else {
      packPanel(b + column, depth, present, stride, width, panel)
    }
  }
}

/// The number of vectors that `columns` columns fill.
func vectorCount(_ columns: Int) -> Int { (columns + lanesPerVector - 1) / lanesPerVector }

/// Packs `present` columns of `depth` rows into one panel of `width` columns.
@inline(__always)
func packPanel(
  _ b: UnsafePointer<Float>, _ depth: Int, _ present: Int, _ stride: Int, _ width: Int,
  _ panel: UnsafeMutablePointer<Float>
) {
  let whole = wholeVectors(present)
  for k in 0..<depth {
    let (source, target) = (b + k * stride, panel + k * width)
    var first = 0
    while first < whole {
      store(load(source + first), target + first)
      first += lanesPerVector
    }
    if whole < width { store(loadInOrder(source + whole, present - whole), target + whole) }
  }
}

/// Packs `present` rows of Bᵀ, with `depth` columns, into one panel of `width` columns.
private func packTransposed(
  _ b: UnsafePointer<Float>, _ depth: Int, _ present: Int, _ stride: Int, _ width: Int,
  _ panel: UnsafeMutablePointer<Float>
) {
  let (columns, depths) = (wholeVectors(present), wholeVectors(depth))
  for column in Swift.stride(from: 0, to: columns, by: lanesPerVector) {
    for k in Swift.stride(from: 0, to: depths, by: lanesPerVector) {
      lockstep_transpose(b + column * stride + k, stride, panel + k * width + column, width)
    }
  }
  for k in 0..<depth {
    let row = panel + k * width
    for column in (k < depths ? columns : 0)..<present { row[column] = b[column * stride + k] }
    for column in present..<width { row[column] = 0 }
  }
}
