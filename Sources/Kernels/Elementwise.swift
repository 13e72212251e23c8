/// c = a + b for `count` elements; `c` may be `a` or `b`.
public func add(
  count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
  into c: UnsafeMutablePointer<Float>
) {
  mapPairs(count, a, b, c) { $0 + $1 }
}

/// c = a - b for `count` elements; `c` may be `a` or `b`.
public func subtract(
  count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
  into c: UnsafeMutablePointer<Float>
) {
  mapPairs(count, a, b, c) { $0 - $1 }
}

/// c = a ⊙ b for `count` elements; `c` may be `a` or `b`.
public func multiplyElements(
  count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
  into c: UnsafeMutablePointer<Float>
) {
  mapPairs(count, a, b, c) { $0 * $1 }
}

/// c += a ⊙ b for `count` elements, rounded once.
public func addProduct(
  count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
  to c: UnsafeMutablePointer<Float>
) {
  forEachVector(count) { place, lanes in
    let sum = load(a + place, lanes).times(load(b + place, lanes), plus: load(c + place, lanes))
    store(sum, c + place, lanes)
  }
}

/// c += factor · a for `count` elements, rounded once.
public func addScaled(
  count: Int, _ factor: Float, _ a: UnsafePointer<Float>, to c: UnsafeMutablePointer<Float>
) {
  mapPairs(count, a, c, c) { $0.times(Vector(repeating: factor), plus: $1) }
}

/// y = factor · x for `count` elements; `y` may be `x`.
public func scale(
  count: Int, _ factor: Float, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
) {
  map(count, x, y) { $0 * factor }
}

/// x = value for `count` elements.
public func fill(count: Int, _ value: Float, _ x: UnsafeMutablePointer<Float>) {
  x.update(repeating: value, count: count)
}

/// y += row: adds `row` [columns] to each row of `y` [rows, columns], rows `stride` floats apart.
public func addRow(
  rows: Int, columns: Int, _ row: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>,
  stride: Int
) {
  for r in 0..<rows {
    let target = y + r * stride
    mapPairs(columns, target, row, target) { $0 + $1 }
  }
}
