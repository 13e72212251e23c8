/// The sums of squares that decide how far LARS goes: those of `count` weights and of their gradient,
/// scaled and clipped, in double precision.
public func measureLars(
  count: Int, weights: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
  preparation: UpdatePreparation
) -> (weights: Double, gradient: Double) {
  let squares = sumInDouble(count) { place, lanes in
    let g = doubles(preparation.gradient(loadInOrder(gradient + place, lanes)))
    return g * g
  }
  return (sumOfSquares(count: count, weights), squares)
}

/// LARS's step for `count` weights, with momentum μ and the decay β as part of the gradient.
///
///     v ← μ·v - rate·(g + β·w)        w ← w + v
///
/// `velocity` is v, and `rate` the rate of the parameter.
public func applyLars(
  count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  velocity: UnsafeMutablePointer<Float>, rate: Float, momentum: Float, decay: Float,
  preparation: UpdatePreparation
) {
  forEachVector(count) { place, lanes in
    let weight = load(weights + place, lanes)
    let g = preparation.gradient(load(gradient + place, lanes)) + decay * weight
    let v = momentum * load(velocity + place, lanes) - rate * g
    store(v, velocity + place, lanes)
    store(weight + v, weights + place, lanes)
  }
}
