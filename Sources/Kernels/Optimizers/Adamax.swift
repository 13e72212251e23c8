/// Adamax, for `count` weights.
///
///     m ← m + (1-β1)(g - m)        u ← max(β2·u, |g|)        w ← w - lr·m / (c·(u + ε))
///
/// `momentum` is m and `norm` u; `correction` is the caller's c = 1 - β1^t, with t = 1 at the first
/// step.
public func updateAdamax(
  count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  momentum: UnsafeMutablePointer<Float>, norm: UnsafeMutablePointer<Float>, learningRate: Float,
  correction: Float, beta1: Float, beta2: Float, epsilon: Float, preparation: UpdatePreparation
) {
  forEachVector(count) { place, lanes in
    let g = preparation.gradient(load(gradient + place, lanes))
    let weight = preparation.weight(load(weights + place, lanes))
    var m = load(momentum + place, lanes)
    m += (g - m) * (1 - beta1)
    store(m, momentum + place, lanes)
    let decayed = load(norm + place, lanes) * beta2
    let size = g.magnitudes
    // A NaN gradient is no less than anything, and must show.
    let u = size.replacing(with: decayed, where: decayed .> size)
    store(u, norm + place, lanes)
    store(weight - m * learningRate / ((u + epsilon) * correction), weights + place, lanes)
  }
}
