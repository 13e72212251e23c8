/// Gradient descent: w ← w - lr·g, for `count` weights.
public func updateSGD(
  count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  learningRate: Float, preparation: UpdatePreparation
) {
  forEachVector(count) { place, lanes in
    let step = learningRate * preparation.gradient(load(gradient + place, lanes))
    let weight = preparation.weight(load(weights + place, lanes))
    store(weight - step, weights + place, lanes)
  }
}

/// Gradient descent with momentum, for `count` weights.
///
///     v ← μ·v - lr·g        w ← w + v, or with Nesterov w ← w + μ·v - lr·g
///
/// `velocity` is v.
public func updateMomentum(
  count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  velocity: UnsafeMutablePointer<Float>, learningRate: Float, momentum: Float, nesterov: Bool,
  preparation: UpdatePreparation
) {
  forEachVector(count) { place, lanes in
    let step = learningRate * preparation.gradient(load(gradient + place, lanes))
    let weight = preparation.weight(load(weights + place, lanes))
    let v = momentum * load(velocity + place, lanes) - step
    store(v, velocity + place, lanes)
    store(weight + (nesterov ? momentum * v - step : v), weights + place, lanes)
  }
}
