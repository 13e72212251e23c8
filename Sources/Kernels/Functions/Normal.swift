// The upper tail of the standard normal distribution is e^(-x²/2) · R(x) for x >= 0; R = P / Q, minimax
// in the relative error over 0 … 13.5 (5.2e-9).

/// Φ(x) of the standard normal distribution, and e^(-x²/2).
@_transparent
private func normal(_ x: Vector) -> (distribution: Vector, bell: Vector) {
  let size = x.magnitudes.atMost(13.5)
  let bell = boundedExponential(-0.5 * size * size)
  var p = Vector(repeating: 0.004_037_210_087_707_059)
  p = p.times(size, plus: Vector(repeating: 0.040_099_694_329_086_08))
  p = p.times(size, plus: Vector(repeating: 0.181_650_970_769_218_76))
  p = p.times(size, plus: Vector(repeating: 0.436_153_621_183_356_4))
  p = p.times(size, plus: Vector(repeating: 0.500_000_002_546_426_6))
  var q = Vector(repeating: 0.010_119_646_203_270_239)
  q = q.times(size, plus: Vector(repeating: 0.100_522_233_857_834_5))
  q = q.times(size, plus: Vector(repeating: 0.465_288_697_777_752_1))
  q = q.times(size, plus: Vector(repeating: 1.195_918_249_458_917_8))
  q = q.times(size, plus: Vector(repeating: 1.670_192_170_575_943_7))
  q = q.times(size, plus: Vector(repeating: 1))
  let tail = bell * (p / q)
  return ((1 - tail).replacing(with: tail, where: x .< 0), bell)
}

/// x · Φ(x), exactly and not by the tanh that approximates it.
struct GELU: Curve {
  @_transparent func value(_ x: Vector) -> Vector { x.atLeast(-13.5) * normal(x).distribution }
  @_transparent func slope(_ x: Vector) -> Vector {
    let (distribution, bell) = normal(x)
    // 1 / √(2π) times e^(-x²/2) is the density.
    return (0.398_942_28 * bell).times(x.atLeast(-13.5).atMost(13.5), plus: distribution)
  }
}
