/// y = ln softmax(x) over each row: x - ln Σ e^x; x and y [rows, columns] with row strides.
///
/// `y` may be `x`. A row's bits depend on its numbers and on `columns` alone.
public func logSoftmaxRows(
  rows: Int, columns: Int, _ x: UnsafePointer<Float>, xStride: Int,
  into y: UnsafeMutablePointer<Float>, yStride: Int
) {
  for row in 0..<rows {
    let numbers = x + row * xStride
    let normalizer = logSumExp(columns, numbers)
    map(columns, numbers, y + row * yStride) { $0 - normalizer }
  }
}

/// dx = dy - e^y · Σ dy over each row, where y = ln softmax(x); all [rows, columns] with row strides.
///
/// `dx` may be `dy` or `y`.
public func logSoftmaxGradientRows(
  rows: Int, columns: Int, y: UnsafePointer<Float>, yStride: Int, dy: UnsafePointer<Float>,
  dyStride: Int, into dx: UnsafeMutablePointer<Float>, dxStride: Int
) {
  for row in 0..<rows {
    let gradient = dy + row * dyStride
    var sum = Vector(repeating: 0)
    forEachVector(columns) { place, lanes in sum += loadInOrder(gradient + place, lanes) }
    let total = sum.sum
    mapPairs(columns, y + row * yStride, gradient, dx + row * dxStride) {
      $1 - exponential($0) * total
    }
  }
}
