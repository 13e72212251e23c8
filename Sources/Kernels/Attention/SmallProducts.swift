// Products of small matrices that differ from row to row of a batch, so that packing would not pay:
// all row-major without gaps.

/// c = a·b, or c += a·b; a [rows, depth], b [depth, columns].
public func multiplySmall(
  rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
  into c: UnsafeMutablePointer<Float>, accumulating: Bool = false
) {
  for row in 0..<rows {
    let out = c + row * columns
    if !accumulating { out.update(repeating: 0, count: columns) }
    for k in 0..<depth { addScaled(count: columns, a[row * depth + k], b + k * columns, to: out) }
  }
}

/// c = a·bᵀ, or c += a·bᵀ; a [rows, depth], b [columns, depth].
public func multiplySmall(
  rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>,
  transposed b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>,
  accumulating: Bool = false
) {
  for row in 0..<rows {
    for column in 0..<columns {
      let sum = ProductSum(a: a + row * depth, b: b + column * depth).run(depth)
      let place = row * columns + column
      c[place] = accumulating ? c[place] + sum : sum
    }
  }
}

/// c = aᵀ·b, or c += aᵀ·b; a [depth, rows], b [depth, columns].
public func multiplySmall(
  rows: Int, columns: Int, depth: Int, transposed a: UnsafePointer<Float>,
  _ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, accumulating: Bool = false
) {
  if !accumulating { c.update(repeating: 0, count: rows * columns) }
  for k in 0..<depth {
    for row in 0..<rows {
      addScaled(count: columns, a[k * rows + row], b + k * columns, to: c + row * columns)
    }
  }
}

/// Σ a ⊙ b.
struct ProductSum: VectorSum {
  let a: UnsafePointer<Float>
  let b: UnsafePointer<Float>

  @_transparent
  func term(_ place: Int, _ lanes: Int) -> Vector {
    loadInOrder(a + place, lanes) * loadInOrder(b + place, lanes)
  }
}
