import CPlatform

/// y = softmax(x) over each row: e^(x - max) / Σ e^(x - max); x and y [rows, columns] with row strides.
///
/// `y` may be `x`. A row's bits depend on its numbers and on `columns` alone.
public func softmaxRows(
  rows: Int, columns: Int, _ x: UnsafePointer<Float>, xStride: Int,
  into y: UnsafeMutablePointer<Float>, yStride: Int
) {
  for row in 0..<rows {
    let out = y + row * yStride
    let total = exponentials(columns, x + row * xStride, into: out).sum
    map(columns, out, out) { $0 / total }
  }
}

/// dx = y ⊙ (dy - Σ dy ⊙ y) over each row, where y = softmax(x); all [rows, columns] with row strides.
///
/// `dx` may be `dy` or `y`.
public func softmaxGradientRows(
  rows: Int, columns: Int, y: UnsafePointer<Float>, yStride: Int, dy: UnsafePointer<Float>,
  dyStride: Int, into dx: UnsafeMutablePointer<Float>, dxStride: Int
) {
  for row in 0..<rows {
    let output = y + row * yStride
    let gradient = dy + row * dyStride
    var products = Vector(repeating: 0)
    forEachVector(columns) { place, lanes in
      products.addProduct(
        loadInOrder(output + place, lanes), loadInOrder(gradient + place, lanes))
    }
    let total = products.sum
    mapPairs(columns, output, gradient, dx + row * dxStride) { $0 * ($1 - total) }
  }
}

/// result[row] = ln Σ e^x over each row of x [rows, columns], rows `xStride` floats apart.
public func logSumExpRows(
  rows: Int, columns: Int, _ x: UnsafePointer<Float>, xStride: Int,
  into result: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    result[row] = logSumExp(columns, x + row * xStride)
  }
}

/// ln Σ e^x.
@_transparent
func logSumExp(_ count: Int, _ x: UnsafePointer<Float>) -> Float {
  let top = maximum(count, x)
  return logSum(top, ExponentialSum(x: x, top: top, y: nil).run(count))
}

/// top + ln sum; a NaN or infinity in `sum` stays visible.
@_transparent
func logSum(_ top: Float, _ sum: Float) -> Float {
  sum.isFinite ? top + logarithm(sum) : sum
}

/// Writes e^(x - max x) and returns their sum and max x.
///
/// As many numbers at `next`, which will follow, are fetched meanwhile: their largest is found faster than
/// they arrive.
@_transparent
func exponentials(
  _ count: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
  next: UnsafePointer<Float>? = nil
) -> (sum: Float, top: Float) {
  let top = maximum(count, x)
  return (ExponentialSum(x: x, top: top, y: y, next: next).run(count), top)
}

/// Σ e^(x - top); each term is written to `y`, and the numbers at `next` are fetched, if there are such.
private struct ExponentialSum: VectorSum {
  let x: UnsafePointer<Float>
  let top: Float
  let y: UnsafeMutablePointer<Float>?
  var next: UnsafePointer<Float>? = nil

  @_transparent
  func term(_ place: Int, _ lanes: Int) -> Vector {
    let e = exponential(loadInOrder(x + place, lanes, filler: -.infinity) - top)
    if let next { lockstep_fetch_near(next + place) }
    if let y { storeInOrder(e, y + place, lanes) }
    return e
  }
}

/// The largest of `count` numbers. (With a NaN among them the sum of the exponentials is NaN anyway.)
@_transparent
private func maximum(_ count: Int, _ x: UnsafePointer<Float>) -> Float {
  // One comparison waits for the one before, so four go on side by side.
  let lowest = Vector(repeating: -.infinity)
  var (first, second, third, fourth) = (lowest, lowest, lowest, lowest)
  var place = 0
  while place + 4 * lanesPerVector <= count {
    first = lockstep_larger(first, load(x + place))
    second = lockstep_larger(second, load(x + place + lanesPerVector))
    third = lockstep_larger(third, load(x + place + 2 * lanesPerVector))
    fourth = lockstep_larger(fourth, load(x + place + 3 * lanesPerVector))
    place += 4 * lanesPerVector
  }
  let rest = x + place
  forEachVector(count - place) { place, lanes in
    first = lockstep_larger(first, loadInOrder(rest + place, lanes, filler: -.infinity))
  }
  return lockstep_larger(lockstep_larger(first, second), lockstep_larger(third, fourth)).largest
}
