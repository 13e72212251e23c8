import CPlatform

/// Adagrad, for `count` weights.
///
///     a ← a + g²        w ← w - lr·g / √(a + ε), or with ε outside of the root lr·g / (√a + ε)
///
/// `accumulator` is a.
public func updateAdagrad(
  count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  accumulator: UnsafeMutablePointer<Float>, learningRate: Float, epsilon: Float,
  epsilonOutsideRoot: Bool, preparation: UpdatePreparation
) {
  let (inside, outside) = epsilonOutsideRoot ? (0, epsilon) : (epsilon, 0)
  forEachVector(count) { place, lanes in
    let g = preparation.gradient(load(gradient + place, lanes))
    let weight = preparation.weight(load(weights + place, lanes))
    let a = load(accumulator + place, lanes) + g * g
    store(a, accumulator + place, lanes)
    let root = lockstep_square_root(a + inside) + outside
    store(weight - learningRate * g / root, weights + place, lanes)
  }
}
