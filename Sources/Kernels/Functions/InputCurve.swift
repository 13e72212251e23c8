// Activations whose slope is taken from x: y does not tell x, since they fall before they rise or
// have parameters that may fold them.

/// How far out the factors beside a vanishing one are followed; it has vanished in `Float` by then.
private let farOut: Float = 104

/// x · σ(x).
struct SiLU: Curve {
  @_transparent func value(_ x: Vector) -> Vector { x.atLeast(-farOut) * Sigmoid().value(x) }
  @_transparent func slope(_ x: Vector) -> Vector {
    let s = Sigmoid().value(x)
    return s * (x.atLeast(-farOut).atMost(farOut)).times(1 - s, plus: Vector(repeating: 1))
  }
}

/// x · clip(x/6 + ½, 0, 1).
struct HardSiLU: Curve {
  @_transparent func value(_ x: Vector) -> Vector {
    x.atLeast(-3) * HardSigmoid(steepness: 1 / 6).value(x)
  }
  @_transparent func slope(_ x: Vector) -> Vector {
    let inside = x.times(Vector(repeating: 1 / 3), plus: Vector(repeating: 0.5))
    return inside.replacing(with: 0, where: x .< -3).replacing(with: 1, where: x .> 3)
  }
}

/// x · tanh ln(1 + e^x).
struct Mish: Curve {
  @_transparent func value(_ x: Vector) -> Vector { x.atLeast(-farOut) * gate(x) }
  @_transparent func slope(_ x: Vector) -> Vector {
    let t = gate(x)
    let rise = (1 - t * t) * Sigmoid().value(x)
    return rise.times(x.atLeast(-farOut).atMost(farOut), plus: t)
  }

  // With e = e^x, tanh ln(1 + e) = e(e + 2) / (e(e + 2) + 2).
  @_transparent private func gate(_ x: Vector) -> Vector {
    let e = boundedExponential(x.atMost(20))
    let product = e * (e + 2)
    return product / (product + 2)
  }
}

/// x - tanh x.
struct TanhShrink: Curve {
  @_transparent func value(_ x: Vector) -> Vector { x - hyperbolicTangent(x) }
  @_transparent func slope(_ x: Vector) -> Vector {
    let t = hyperbolicTangent(x)
    return t * t
  }
}

/// Keras's `ReLU` with its options: x above the threshold, kept to 0 … limit if there is a limit;
/// below it a line of another slope.
struct GeneralRectifier: Curve {
  let below: Float
  let limit: Float
  let threshold: Float

  @_transparent func value(_ x: Vector) -> Vector {
    let above = limit == .infinity ? x : x.atLeast(0).atMost(limit)
    // Without a slope, minus infinity becomes 0 and NaN stays.
    let low = below == 0 ? 0 * x.atLeast(-.greatestFiniteMagnitude) : below * (x - threshold)
    return low.replacing(with: above, where: x .> threshold)
  }
  @_transparent func slope(_ x: Vector) -> Vector {
    let all = Vector(repeating: below).replacing(with: 1, where: x .> threshold)
    if limit == .infinity { return all }
    return all.replacing(with: 0, where: (x .> threshold) .& ((x .>= limit) .| (x .<= 0)))
  }
}

/// x where it is positive, else α · (e^x - 1), for an α of any sign.
struct ExponentialLinearOfInput: Curve {
  let alpha: Float

  @_transparent func value(_ x: Vector) -> Vector { ExponentialLinear(alpha: alpha).value(x) }
  @_transparent func slope(_ x: Vector) -> Vector {
    (alpha * boundedExponential(x.atMost(0))).replacing(with: 1, where: x .> 0)
  }
}
