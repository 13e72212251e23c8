// ln(1 + t) = t · P(t) / Q(t), with P and Q of degree 4, minimax in the relative error over
// √½ - 1 … 1 (6.5e-11).

/// ln(1 + t) for t in √½ - 1 … 1, accurate near 0.
@_transparent
func logarithmOfOnePlus(_ t: Vector) -> Vector {
  var p = Vector(repeating: 0.000_973_225_044_983_283_1)
  p = p.times(t, plus: Vector(repeating: 0.103_080_490_644_771_15))
  p = p.times(t, plus: Vector(repeating: 0.774_779_716_640_296_1))
  p = p.times(t, plus: Vector(repeating: 1.626_820_462_341_701_7))
  p = p.times(t, plus: Vector(repeating: 1))
  var q = Vector(repeating: 0.029_343_831_916_171_202)
  q = q.times(t, plus: Vector(repeating: 0.396_568_577_620_716))
  q = q.times(t, plus: Vector(repeating: 1.504_856_615_508_957_6))
  q = q.times(t, plus: Vector(repeating: 2.126_820_463_538_551))
  q = q.times(t, plus: Vector(repeating: 1))
  return t * p / q
}

/// ln x for positive normal x; other x give no sensible result.
@_transparent
func logarithm(_ x: Vector) -> Vector {
  // x = 2^e · m with m in √½ … √2.
  let bits = x.signedBits
  let e = (bits &- 0x3f35_04f3) &>> 23
  let m = Vector(signedBits: bits &- (e &<< 23))
  let exponent = Vector(signedBits: e &+ 0x4b40_0000) - 12_582_912
  let low = exponent.times(Vector(repeating: -2.121_944_4e-4), plus: logarithmOfOnePlus(m - 1))
  return exponent.times(Vector(repeating: 0.693_359_375), plus: low)
}

/// ln x of one positive normal number: the same operations as for a vector.
@_transparent
func logarithm(_ x: Float) -> Float { logarithm(Vector(repeating: x))[0] }
