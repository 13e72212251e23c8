/// What a normalization over the rows of x [rows, columns] has for each column.
public struct ColumnNorms {
  /// What is taken from every number.
  public let mean: UnsafePointer<Float>
  /// What the difference is divided by: 1 / √(variance + ε).
  public let inverse: UnsafePointer<Float>

  /// Norms of columns.
  public init(mean: UnsafePointer<Float>, inverse: UnsafePointer<Float>) {
    self.mean = mean
    self.inverse = inverse
  }
}

/// The mean and the variance of each column of x [rows, columns], in double precision inside; with a
/// mask of those rows that it has a one for, where `extra` is added to their number.
public func columnMoments(
  rows: Int, columns: Int, _ x: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
  extra: Double, mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>
) {
  let count = maskedCount(rows: rows, mask: mask, extra: extra)
  forEachVector(columns) { column, lanes in
    var total = SIMD16<Double>(repeating: 0)
    for row in 0..<rows where mask.map({ $0[row] != 0 }) ?? true {
      total += doubles(loadInOrder(x + row * columns + column, lanes))
    }
    let center = total / count
    var squares = SIMD16<Double>(repeating: 0)
    for row in 0..<rows where mask.map({ $0[row] != 0 }) ?? true {
      let distance = doubles(loadInOrder(x + row * columns + column, lanes)) - center
      squares += distance * distance
    }
    storeInOrder(singles(center), mean + column, lanes)
    storeInOrder(singles(squares / count), variance + column, lanes)
  }
}

/// How many rows count: those with a one, and `extra`.
public func maskedCount(rows: Int, mask: UnsafePointer<Float>?, extra: Double) -> Double {
  guard let mask else { return Double(rows) }
  return (0..<rows).reduce(extra) { $0 + (mask[$1] != 0 ? 1 : 0) }
}

/// y = (x - mean) · inverse · gamma + beta for each column of x [rows, columns].
public func normalizeColumns(
  rows: Int, columns: Int, _ x: UnsafePointer<Float>, _ norms: ColumnNorms,
  gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?,
  into y: UnsafeMutablePointer<Float>
) {
  forEachVector(columns) { column, lanes in
    let mean = load(norms.mean + column, lanes)
    let inverse = load(norms.inverse + column, lanes)
    let factor = gamma.map { load($0 + column, lanes) * inverse } ?? inverse
    let shift = beta.map { load($0 + column, lanes) } ?? Vector(repeating: 0)
    for row in 0..<rows {
      let place = row * columns + column
      store((load(x + place, lanes) - mean).times(factor, plus: shift), y + place, lanes)
    }
  }
}

/// The sums over the rows that the gradient of a normalization needs: of dy, and of
/// dy · (x - mean) · inverse.
public func columnNormSums(
  rows: Int, columns: Int, x: UnsafePointer<Float>, dy: UnsafePointer<Float>,
  _ norms: ColumnNorms, slopes: UnsafeMutablePointer<Float>,
  products: UnsafeMutablePointer<Float>
) {
  forEachVector(columns) { column, lanes in
    let mean = loadInOrder(norms.mean + column, lanes)
    let inverse = loadInOrder(norms.inverse + column, lanes)
    var (total, product) = (SIMD16<Double>(repeating: 0), SIMD16<Double>(repeating: 0))
    for row in 0..<rows {
      let place = row * columns + column
      let slope = loadInOrder(dy + place, lanes)
      total += doubles(slope)
      product += doubles(slope * ((loadInOrder(x + place, lanes) - mean) * inverse))
    }
    storeInOrder(singles(total), slopes + column, lanes)
    storeInOrder(singles(product), products + column, lanes)
  }
}

/// dx = gamma · inverse · (dy - slopes / count - (x - mean) · inverse · products / count), without the
/// last two where the mask has a zero; everywhere so if `count` is nil, for a norm that x does not
/// change.
public func columnNormGradient(
  rows: Int, columns: Int, x: UnsafePointer<Float>, dy: UnsafePointer<Float>,
  _ norms: ColumnNorms, gamma: UnsafePointer<Float>?, slopes: UnsafePointer<Float>,
  products: UnsafePointer<Float>, count: Double?, mask: UnsafePointer<Float>?,
  into dx: UnsafeMutablePointer<Float>
) {
  let share = count.map { Float(1 / $0) }
  forEachVector(columns) { column, lanes in
    let (mean, inverse) = (load(norms.mean + column, lanes), load(norms.inverse + column, lanes))
    let factor = gamma.map { load($0 + column, lanes) * inverse } ?? inverse
    let slope = load(slopes + column, lanes) * (share ?? 0)
    let product = load(products + column, lanes) * (share ?? 0)
    for row in 0..<rows {
      let place = row * columns + column
      var change = load(dy + place, lanes)
      if share != nil, mask.map({ $0[row] != 0 }) ?? true {
        change -= slope + (load(x + place, lanes) - mean) * inverse * product
      }
      store(factor * change, dx + place, lanes)
    }
  }
}

/// inverse = 1 / √(variance + ε).
public func inverseDeviations(
  count: Int, _ variance: UnsafePointer<Float>, epsilon: Float,
  into inverse: UnsafeMutablePointer<Float>
) {
  map(count, variance, inverse) { 1 / ($0 + epsilon).squareRoot() }
}
