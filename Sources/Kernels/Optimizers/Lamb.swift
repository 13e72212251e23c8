import CPlatform

/// What LAMB's equation needs to know beside the arrays.
public struct LambStep: Sendable {
  /// 1 - β1^t, with t = 1 at the first step.
  public var correction1: Float
  /// 1 - β2^t.
  public var correction2: Float
  /// Added to the root.
  public var epsilon: Float

  /// Describes a step.
  public init(correction1: Float, correction2: Float, epsilon: Float) {
    self.correction1 = correction1
    self.correction2 = correction2
    self.epsilon = epsilon
  }

  /// The direction of a step, before its length is decided.
  @_transparent
  fileprivate func direction(_ m: Vector, _ v: Vector) -> Vector {
    m / correction1 / (lockstep_square_root(v / correction2) + epsilon)
  }
}

/// LAMB's first pass over `count` weights, which decay here; the sums of squares of them and of the
/// direction, in double precision, decide how far the second goes.
///
///     m ← m + (1-β1)(g - m)        v ← v + (1-β2)(g² - v)
///     direction = m / c1 / (√(v / c2) + ε)
public func prepareLamb(
  count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  momentum: UnsafeMutablePointer<Float>, velocity: UnsafeMutablePointer<Float>, step: LambStep,
  beta1: Float, beta2: Float, preparation: UpdatePreparation
) -> (weights: Double, direction: Double) {
  forEachVector(count) { place, lanes in
    let g = preparation.gradient(load(gradient + place, lanes))
    store(preparation.weight(load(weights + place, lanes)), weights + place, lanes)
    let m = load(momentum + place, lanes)
    store(m + (g - m) * (1 - beta1), momentum + place, lanes)
    let v = load(velocity + place, lanes)
    store(v + (g * g - v) * (1 - beta2), velocity + place, lanes)
  }
  let direction = sumInDouble(count) { place, lanes in
    let m = loadInOrder(momentum + place, lanes)
    let length = doubles(step.direction(m, loadInOrder(velocity + place, lanes, filler: 1)))
    return length * length
  }
  return (sumOfSquares(count: count, weights), direction)
}

/// LAMB's second pass: w ← w - rate · direction, for `count` weights.
public func applyLamb(
  count: Int, weights: UnsafeMutablePointer<Float>, momentum: UnsafePointer<Float>,
  velocity: UnsafePointer<Float>, step: LambStep, rate: Float
) {
  forEachVector(count) { place, lanes in
    let direction = step.direction(load(momentum + place, lanes), load(velocity + place, lanes))
    store(load(weights + place, lanes) - rate * direction, weights + place, lanes)
  }
}
