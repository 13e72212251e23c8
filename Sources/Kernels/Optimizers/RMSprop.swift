import CPlatform

/// RMSprop, for `count` weights.
///
///     v ← ρ·v + (1-ρ)·g²        den = v + ε, or centered: a ← ρ·a + (1-ρ)·g, den = v - a² + ε
///     inc = lr·g / √den         w ← w - inc, or with momentum: q ← μ·q + inc, w ← w - q
///
/// `velocity` is v; `average` is a, nil if not centered; `momentums` is q, nil for no momentum. Old
/// versions of Keras have ε outside of the root: den = v or v - a², inc = lr·g / (√den + ε).
public func updateRMSprop(
  count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  velocity: UnsafeMutablePointer<Float>, average: UnsafeMutablePointer<Float>?,
  momentums: UnsafeMutablePointer<Float>?, learningRate: Float, rho: Float, momentum: Float,
  epsilon: Float, epsilonOutsideRoot: Bool = false, preparation: UpdatePreparation
) {
  let (inside, outside) = epsilonOutsideRoot ? (0, epsilon) : (epsilon, 0)
  forEachVector(count) { place, lanes in
    let g = preparation.gradient(load(gradient + place, lanes))
    let weight = preparation.weight(load(weights + place, lanes))
    let v = rho * load(velocity + place, lanes) + (1 - rho) * (g * g)
    store(v, velocity + place, lanes)
    var denominator = v + inside
    if let average {
      let a = rho * load(average + place, lanes) + (1 - rho) * g
      store(a, average + place, lanes)
      denominator = v - a * a + inside
    }
    var step = learningRate * g / (lockstep_square_root(denominator) + outside)
    if let momentums {
      step += momentum * load(momentums + place, lanes)
      store(step, momentums + place, lanes)
    }
    store(weight - step, weights + place, lanes)
  }
}
