import CPlatform

/// Adam, and AMSGrad, for `count` weights.
///
///     m ← m + (1-β1)(g - m)        v ← v + (1-β2)(g² - v)
///     w ← w - α·m / (√v + ε),      with AMSGrad v̂ ← max(v̂, v) in the place of v
///
/// `momentum` is m and `velocity` v; `largestVelocity` is v̂, nil for plain Adam. `alpha` is the
/// caller's lr·√(1-β2^t) / (1-β1^t), with t = 1 at the first step.
public func updateAdam(
  count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  momentum: UnsafeMutablePointer<Float>, velocity: UnsafeMutablePointer<Float>,
  largestVelocity: UnsafeMutablePointer<Float>?, alpha: Float, beta1: Float, beta2: Float,
  epsilon: Float, preparation: UpdatePreparation
) {
  forEachVector(count) { place, lanes in
    let g = preparation.gradient(load(gradient + place, lanes))
    let weight = preparation.weight(load(weights + place, lanes))
    var m = load(momentum + place, lanes)
    m += (g - m) * (1 - beta1)
    store(m, momentum + place, lanes)
    var v = load(velocity + place, lanes)
    v += (g * g - v) * (1 - beta2)
    store(v, velocity + place, lanes)
    if let largestVelocity {
      let largest = load(largestVelocity + place, lanes)
      v = largest.replacing(with: v, where: v .> largest)
      store(v, largestVelocity + place, lanes)
    }
    store(weight - m * alpha / (lockstep_square_root(v) + epsilon), weights + place, lanes)
  }
}
