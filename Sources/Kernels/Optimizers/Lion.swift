/// Lion, for `count` weights.
///
///     w ← w - lr·sign(β1·m + (1-β1)·g)        m ← β2·m + (1-β2)·g
///
/// `momentum` is m. The sign of zero is zero, and that of NaN is NaN.
public func updateLion(
  count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  momentum: UnsafeMutablePointer<Float>, learningRate: Float, beta1: Float, beta2: Float,
  preparation: UpdatePreparation
) {
  forEachVector(count) { place, lanes in
    let g = preparation.gradient(load(gradient + place, lanes))
    let weight = preparation.weight(load(weights + place, lanes))
    let m = load(momentum + place, lanes)
    let mean = m * beta1 + g * (1 - beta1)
    let sign = mean.replacing(with: 1, where: mean .> 0).replacing(with: -1, where: mean .< 0)
    store(weight - sign * learningRate, weights + place, lanes)
    store(m * beta2 + g * (1 - beta2), momentum + place, lanes)
  }
}
