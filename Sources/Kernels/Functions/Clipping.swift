/// -ln(1 + e^-x).
struct LogSigmoid: Curve {
  @_transparent func value(_ x: Vector) -> Vector { -Softplus().value(-x) }
  // e^y = σ(x), and the slope is 1 - σ(x).
  @_transparent func slope(_ y: Vector) -> Vector { -exponentialMinusOne(y) }
}

/// clip(x, -1, 1).
struct HardTanh: Curve {
  @_transparent func value(_ x: Vector) -> Vector { x.atLeast(-1).atMost(1) }
  @_transparent func slope(_ y: Vector) -> Vector {
    Vector(repeating: 0).replacing(with: 1, where: y.magnitudes .< 1)
  }
}

/// sign(x) · max(|x| - ½, 0).
struct SoftShrink: Curve {
  @_transparent func value(_ x: Vector) -> Vector { x - x.atLeast(-0.5).atMost(0.5) }
  @_transparent func slope(_ y: Vector) -> Vector {
    Vector(repeating: 0).replacing(with: 1, where: y .!= 0)
  }
}

/// x, and 0 where |x| <= ½.
struct HardShrink: Curve {
  @_transparent func value(_ x: Vector) -> Vector {
    x.replacing(with: 0, where: x.magnitudes .<= 0.5)
  }
  @_transparent func slope(_ y: Vector) -> Vector {
    Vector(repeating: 0).replacing(with: 1, where: y .!= 0)
  }
}

/// (x + √(x² + 4)) / 2.
struct Squareplus: Curve {
  // = max(x, 0) + 2 / (√(x² + 4) + |x|), in which nothing cancels.
  @_transparent func value(_ x: Vector) -> Vector {
    let size = x.magnitudes.atMost(1e18)
    return x.atLeast(0) + 2 / ((size * size + 4).squareRoot() + size)
  }
  // x = y - 1/y, which makes the slope y² / (y² + 1).
  @_transparent func slope(_ y: Vector) -> Vector { 1 / (1 + 1 / (y * y)) }
}

/// 0 below -1, (x + 1)²/4 below 1, then x.
struct SparsePlus: Curve {
  @_transparent func value(_ x: Vector) -> Vector {
    let half = HardSigmoid(steepness: 0.5).value(x)
    return (half * half).replacing(with: x, where: x .>= 1)
  }
  @_transparent func slope(_ y: Vector) -> Vector { y.squareRoot().atMost(1) }
}
