/// y = (x - mean) / √(variance + ε) · gamma + beta over each row of x [rows, columns]; mean and
/// 1 / √(variance + ε) are kept in `norms` [rows, 2].
///
/// Without centring nothing is taken from x, though the variance is still that around the mean.
public func normalizeRows(
  rows: Int, columns: Int, epsilon: Float, centers: Bool, _ x: UnsafePointer<Float>,
  gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?,
  into y: UnsafeMutablePointer<Float>, norms: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    let (input, output) = (x + row * columns, y + row * columns)
    let mean = RowSum(x: input).run(columns) / Float(columns)
    let variance = RowDistance(x: input, center: mean).run(columns) / Float(columns)
    let inverse = 1 / (variance + epsilon).squareRoot()
    norms[2 * row] = mean
    norms[2 * row + 1] = inverse
    let start = centers ? mean : 0
    forEachVector(columns) { place, lanes in
      let scaled = (load(input + place, lanes) - start) * inverse
      let stretched = gamma.map { scaled * load($0 + place, lanes) } ?? scaled
      store(beta.map { stretched + load($0 + place, lanes) } ?? stretched, output + place, lanes)
    }
  }
}

/// The gradients of `normalizeRows`: dx, and in `products` what gamma's gradient sums over the rows.
///
/// With e = gamma · dy, c = (x - mean) · inverse and z what gamma scales:
/// dx = inverse · (e - mean(e) - c · mean(e · z)), without mean(e) where nothing is centred.
public func rowNormGradient(
  rows: Int, columns: Int, centers: Bool, x: UnsafePointer<Float>, dy: UnsafePointer<Float>,
  norms: UnsafePointer<Float>, gamma: UnsafePointer<Float>?,
  into dx: UnsafeMutablePointer<Float>?, products: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    let (input, slope) = (x + row * columns, dy + row * columns)
    let (mean, inverse) = (norms[2 * row], norms[2 * row + 1])
    let start = centers ? mean : 0
    let product = products + row * columns
    mapPairs(columns, input, slope, product) { ($0 - start) * inverse * $1 }
    guard let dx else { continue }
    let stretched = StretchedSum(x: product, gamma: gamma).run(columns) / Float(columns)
    let shift = centers ? StretchedSum(x: slope, gamma: gamma).run(columns) / Float(columns) : 0
    forEachVector(columns) { place, lanes in
      let e = gamma.map { load($0 + place, lanes) * load(slope + place, lanes) }
      let centered = (load(input + place, lanes) - mean) * inverse
      let change = (e ?? load(slope + place, lanes)) - shift - centered * stretched
      store(inverse * change, dx + row * columns + place, lanes)
    }
  }
}

private struct RowSum: VectorSum {
  let x: UnsafePointer<Float>
  @_transparent
  func term(_ place: Int, _ lanes: Int) -> Vector { loadInOrder(x + place, lanes) }
}

/// Σ (x - center)².
private struct RowDistance: VectorSum {
  let x: UnsafePointer<Float>
  let center: Float
  @_transparent
  func term(_ place: Int, _ lanes: Int) -> Vector {
    let distance = loadInOrder(x + place, lanes, filler: center) - center
    return distance * distance
  }
}

/// Σ gamma · x.
private struct StretchedSum: VectorSum {
  let x: UnsafePointer<Float>
  let gamma: UnsafePointer<Float>?
  @_transparent
  func term(_ place: Int, _ lanes: Int) -> Vector {
    let value = loadInOrder(x + place, lanes)
    return gamma.map { value * loadInOrder($0 + place, lanes) } ?? value
  }
}

/// x = x · 1/‖x‖ for each of `count` vectors of `depth` numbers, as Keras's `normalize`: the factor is
/// at most 1/ε; the factors are kept in `inverses`.
public func normalizeVectors(
  count: Int, depth: Int, epsilon: Float, _ x: UnsafeMutablePointer<Float>,
  inverses: UnsafeMutablePointer<Float>
) {
  for index in 0..<count {
    let vector = x + index * depth
    let norm = ProductSum(a: vector, b: vector).run(depth).squareRoot()
    inverses[index] = min(1 / norm, 1 / epsilon)
    scale(count: depth, inverses[index], vector, into: vector)
  }
}

/// dx = inverse · (dy - y · Σ dy · y) for vectors that `normalizeVectors` made; `dy` becomes dx.
public func normalizeVectorsGradient(
  count: Int, depth: Int, epsilon: Float, y: UnsafePointer<Float>,
  inverses: UnsafePointer<Float>, _ dy: UnsafeMutablePointer<Float>
) {
  for index in 0..<count {
    let (vector, slope) = (y + index * depth, dy + index * depth)
    let inverse = inverses[index]
    let along = inverse < 1 / epsilon ? ProductSum(a: vector, b: slope).run(depth) : 0
    mapPairs(depth, slope, vector, slope) { inverse * ($0 - $1 * along) }
  }
}
