import CPlatform

/// What Nadam's equation needs to know of a step.
public struct NadamStep: Sendable {
  /// μ_{t+1} / (1 - μ_1 ⋯ μ_{t+1}): what the mean gradient is multiplied by.
  public var momentumFactor: Float
  /// (1 - μ_t) / (1 - μ_1 ⋯ μ_t): what the gradient is multiplied by.
  public var gradientFactor: Float
  /// 1 - β2^t.
  public var correction: Float

  /// Describes a step.
  public init(momentumFactor: Float, gradientFactor: Float, correction: Float) {
    self.momentumFactor = momentumFactor
    self.gradientFactor = gradientFactor
    self.correction = correction
  }
}

/// Adam with Nesterov's momentum, for `count` weights.
///
///     m ← m + (1-β1)(g - m)        v ← v + (1-β2)(g² - v)
///     m̂ = a·m + b·g                w ← w - lr·m̂ / (√(v / c) + ε)
///
/// `momentum` is m and `velocity` v; a, b and c are those of `step`, in the order of its properties.
public func updateNadam(
  count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  momentum: UnsafeMutablePointer<Float>, velocity: UnsafeMutablePointer<Float>, step: NadamStep,
  learningRate: Float, beta1: Float, beta2: Float, epsilon: Float, preparation: UpdatePreparation
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
    let mean = m * step.momentumFactor + g * step.gradientFactor
    let root = lockstep_square_root(v / step.correction)
    store(weight - mean * learningRate / (root + epsilon), weights + place, lanes)
  }
}
