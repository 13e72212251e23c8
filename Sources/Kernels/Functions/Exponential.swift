// e^x = 2^n · e^r with n = round(x / ln 2) and |r| <= ln 2 / 2; e^r - 1 - r = r² · p(r), p the minimax
// polynomial of degree 4 (relative error of e^r below 1.5e-8).

/// 1.5 · 2²³: added to a small number it leaves that number, rounded, in the lowest bits.
let rounder: Float = 12_582_912

/// e^r - 1 and n, where x = n · ln 2 + r; n stands in the lowest bits of `rounder` + n.
@_transparent
func splitExponential(_ x: Vector) -> (excess: Vector, shifted: Vector) {
  let shifted = x.times(Vector(repeating: 1.442_695_04), plus: Vector(repeating: rounder))
  let n = shifted - rounder
  var r = n.times(Vector(repeating: -0.693_359_375), plus: x)
  r = n.times(Vector(repeating: 2.121_944_4e-4), plus: r)
  var p = Vector(repeating: 0.001_390_128_924_381_988_7)
  p = p.times(r, plus: Vector(repeating: 0.008_363_162_132_479_948))
  p = p.times(r, plus: Vector(repeating: 0.041_666_853_676_477_48))
  p = p.times(r, plus: Vector(repeating: 0.166_665_771_896_392_23))
  p = p.times(r, plus: Vector(repeating: 0.499_999_995_517_945_66))
  return (p.times(r * r, plus: r), shifted)
}

/// 2^n for n in -126 … 127, given `rounder` + n.
@_transparent
func powerOfTwo(_ shifted: SIMD16<UInt32>) -> Vector {
  Vector(bits: (shifted &+ 127) &<< 23)
}

/// e^x for x in -87 … 88, for less work than `exponential`; x beyond that is taken as the nearer end.
@_transparent
func boundedExponential(_ x: Vector) -> Vector {
  let (excess, shifted) = splitExponential(x.atMost(88).atLeast(-87))
  return (1 + excess) * powerOfTwo(shifted.bits)
}

/// e^x for every x: 0 and infinity at the ends, NaN for NaN.
@_transparent
func exponential(_ x: Vector) -> Vector {
  let (excess, shifted) = splitExponential(x.atMost(89).atLeast(-104))
  // 2^n in two steps, since n reaches -150 … 128.
  let n = shifted.signedBits &- 0x4b40_0000
  let half = n &>> 1
  let low = powerOfTwo(unsafeBitCast(half, to: SIMD16<UInt32>.self))
  let high = powerOfTwo(unsafeBitCast(n &- half, to: SIMD16<UInt32>.self))
  return (1 + excess) * low * high
}

/// e^x - 1, accurate near 0; x beyond -20 … 20 is taken as the nearer end.
@_transparent
func exponentialMinusOne(_ x: Vector) -> Vector {
  let (excess, shifted) = splitExponential(x.atMost(20).atLeast(-20))
  let power = powerOfTwo(shifted.bits)
  return power.times(excess, plus: power - 1)
}

/// tanh x = (e^2x - 1) / (e^2x + 1): with e^2x - 1 accurate near 0, so is tanh.
@_transparent
func hyperbolicTangent(_ x: Vector) -> Vector {
  let numerator = exponentialMinusOne(x + x)
  return numerator / (numerator + 2)
}
