import CPlatform

/// Adadelta, for `count` weights.
///
///     a ← ρ·a + (1-ρ)·g²        δ = -g·√(d + ε) / √(a + ε)
///     d ← ρ·d + (1-ρ)·δ²        w ← w + lr·δ
///
/// `gradients` is a and `deltas` d.
public func updateAdadelta(
  count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  gradients: UnsafeMutablePointer<Float>, deltas: UnsafeMutablePointer<Float>,
  learningRate: Float, rho: Float, epsilon: Float, preparation: UpdatePreparation
) {
  forEachVector(count) { place, lanes in
    let g = preparation.gradient(load(gradient + place, lanes))
    let weight = preparation.weight(load(weights + place, lanes))
    let a = rho * load(gradients + place, lanes) + (1 - rho) * (g * g)
    store(a, gradients + place, lanes)
    let d = load(deltas + place, lanes)
    let step = lockstep_square_root(d + epsilon) * g / lockstep_square_root(a + epsilon)
    store(rho * d + (1 - rho) * (step * step), deltas + place, lanes)
    store(weight - learningRate * step, weights + place, lanes)
  }
}
