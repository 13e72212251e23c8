import CPlatform

// e^x = 2^n · e^r with n = round(x / ln 2) and |r| <= ln 2 / 2; e^r - 1 - r = r² · p(r), p the minimax
// polynomial of degree 4 (relative error of e^r below 1.5e-8).

/// 1.5 · 2²³ + 127: added to a small number it leaves that number, rounded, in the lowest bits, with the
/// bias of an exponent. (No x has a quotient halfway between two integers, which 127 would round otherwise.)
private let rounder: Float = 12_583_039

/// (e^r - 1) / k and n, where k · x = n · ln 2 + r, for k = ±1 or a small power of two, which changes no
/// bit; n + 127 stands in the lowest bits of `shifted`.
@_transparent
func splitExponential<V: Vectors>(_ x: V, times k: Float = 1) -> (excess: V, shifted: V) {
  let shifted = x.times(V(repeating: 1.442_695_04 * k), plus: V(repeating: rounder))
  let n = shifted - V(repeating: rounder)
  var r = n.times(V(repeating: -0.693_359_375 / k), plus: x)
  r = n.times(V(repeating: 2.121_944_4e-4 / k), plus: r)
  var p = V(repeating: 0.001_390_128_924_381_988_7 * (k * k * k * k * k))
  p = p.times(r, plus: V(repeating: 0.008_363_162_132_479_948 * (k * k * k * k)))
  p = p.times(r, plus: V(repeating: 0.041_666_853_676_477_48 * (k * k * k)))
  p = p.times(r, plus: V(repeating: 0.166_665_771_896_392_23 * (k * k)))
  p = p.times(r, plus: V(repeating: 0.499_999_995_517_945_66 * k))
  return (p.times(r * r, plus: r), shifted)
}

/// e^x for x in -87 … 88, for less work than `exponential`; x beyond that is taken as the nearer end.
@_transparent
func boundedExponential(_ x: Vector) -> Vector {
  let (excess, shifted) = splitExponential(x.atMost(88).atLeast(-87))
  return (1 + excess) * shifted.powerOfTwo
}

/// e^x for every x: 0 and infinity at the ends, NaN for NaN.
@_transparent
func exponential(_ x: Vector) -> Vector {
  let (excess, shifted) = splitExponential(x.atMost(89).atLeast(-104))
  return lockstep_times_power_of_two(1 + excess, shifted - Vector(repeating: rounder))
}

/// e^x - 1, accurate near 0; x beyond -20 … 20 is taken as the nearer end.
@_transparent
func exponentialMinusOne(_ x: Vector) -> Vector {
  let (excess, shifted) = splitExponential(x.atMost(20).atLeast(-20))
  let power = shifted.powerOfTwo
  return power.times(excess, plus: power - 1)
}

/// tanh x = h / (h + 1) with h = (e^2x - 1) / 2, accurate near 0, as tanh is then.
@_transparent
func hyperbolicTangent<V: Vectors>(_ x: V) -> V {
  let (excess, shifted) = splitExponential(x.atMost(10).atLeast(-10), times: 2)
  let power = shifted.powerOfTwo
  let less = power.times(V(repeating: 0.5), plus: V(repeating: -0.5))
  let numerator = power.times(excess, plus: less)
  return numerator / (numerator + V(repeating: 1))
}

/// σ(x) = 1 / (1 + e^-x).
@_transparent
func logistic<V: Vectors>(_ x: V) -> V {
  let one = V(repeating: 1)
  let (excess, shifted) = splitExponential(x.atMost(87).atLeast(-88), times: -1)
  return one / (one - excess).times(shifted.powerOfTwo, plus: one)
}
