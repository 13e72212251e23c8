import CPlatform

/// Adafactor's mean squares of a matrix [rows, columns], in factors.
///
///     r ← β·r + (1-β)·mean of g² + ε over a row        c ← β·c + (1-β)·mean over a column
///
/// `rowMeans` is r [rows] and `columnMeans` c [columns].
public func updateAdafactorMeans(
  rows: Int, columns: Int, gradient: UnsafePointer<Float>, rowMeans: UnsafeMutablePointer<Float>,
  columnMeans: UnsafeMutablePointer<Float>, beta: Float, epsilon: Float,
  preparation: UpdatePreparation
) {
  scale(count: columns, beta, columnMeans, into: columnMeans)
  let share = (1 - beta) / Float(rows)
  for row in 0..<rows {
    let values = gradient + row * columns
    let sum = sumInDouble(columns) { place, lanes in
      let g = preparation.gradient(loadInOrder(values + place, lanes))
      return doubles(g * g)
    }
    let mean = Float(sum / Double(columns)) + epsilon
    rowMeans[row] = beta * rowMeans[row] + (1 - beta) * mean
    forEachVector(columns) { place, lanes in
      let g = preparation.gradient(load(values + place, lanes))
      let total = load(columnMeans + place, lanes) + share * (g * g + epsilon)
      store(total, columnMeans + place, lanes)
    }
  }
}

/// Adafactor's mean squares of a matrix, from their factors: v = r / mean(r) · c.
public func combineAdafactorMeans(
  rows: Int, columns: Int, rowMeans: UnsafePointer<Float>, columnMeans: UnsafePointer<Float>,
  into velocity: UnsafeMutablePointer<Float>
) {
  let mean = Float(sum(count: rows, rowMeans) / Double(rows))
  for row in 0..<rows {
    scale(count: columns, rowMeans[row] / mean, columnMeans, into: velocity + row * columns)
  }
}

/// Adafactor's mean squares of a vector: v ← β·v + (1-β)·(g² + ε), for `count` weights.
public func updateAdafactorVelocity(
  count: Int, gradient: UnsafePointer<Float>, velocity: UnsafeMutablePointer<Float>, beta: Float,
  epsilon: Float, preparation: UpdatePreparation
) {
  forEachVector(count) { place, lanes in
    let g = preparation.gradient(load(gradient + place, lanes))
    let v = beta * load(velocity + place, lanes) + (1 - beta) * (g * g + epsilon)
    store(v, velocity + place, lanes)
  }
}

/// w ← w - λ·lr·w for `count` weights: the decay of those optimizers that look at all weights first.
public func decayWeights(
  count: Int, _ weights: UnsafeMutablePointer<Float>, preparation: UpdatePreparation
) {
  map(count, weights, weights) { preparation.weight($0) }
}

/// Σ g² / v in double precision, for `count` weights.
public func sumOfAdafactorSquares(
  count: Int, gradient: UnsafePointer<Float>, velocity: UnsafePointer<Float>,
  preparation: UpdatePreparation
) -> Double {
  sumInDouble(count) { place, lanes in
    let g = preparation.gradient(loadInOrder(gradient + place, lanes))
    let direction = doubles(direction(g, loadInOrder(velocity + place, lanes)))
    return direction * direction
  }
}

/// w ← w - rate · g / √v, for `count` weights.
public func applyAdafactor(
  count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  velocity: UnsafePointer<Float>, rate: Float, preparation: UpdatePreparation
) {
  forEachVector(count) { place, lanes in
    let g = preparation.gradient(load(gradient + place, lanes))
    let step = rate * direction(g, load(velocity + place, lanes))
    store(load(weights + place, lanes) - step, weights + place, lanes)
  }
}

/// g / √v; 0 where g is, even if v is so small that single precision has only 0 for it.
@_transparent
private func direction(_ g: Vector, _ v: Vector) -> Vector {
  (g / lockstep_square_root(v)).replacing(with: 0, where: g .== 0)
}
