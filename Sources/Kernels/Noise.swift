/// Normal numbers [rows, columns] with a mean and a standard deviation, addressed as `dropoutMask`
/// addresses its factors: a row's noise is the same in whatever shard it is.
public func gaussianNoise(
  rows: Int, columns: Int, firstRow: Int, mean: Float, deviation: Float,
  key: (UInt32, UInt32), step: UInt32, stream: UInt32, into noise: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    let out = noise + row * columns
    uniforms(
      count: columns, row: UInt32(truncatingIfNeeded: firstRow + row), stream: stream, step: step,
      key: key, into: out)
    map(columns, out, out) {
      normalQuantile($0).times(Vector(repeating: deviation), plus: Vector(repeating: mean))
    }
  }
}

/// The number below which a normal number falls with probability u, for u in [0, 1) in steps of 2⁻²⁴:
/// √2 · erf⁻¹(2u - 1) by two polynomials (Giles, *Approximating the erfinv function*, 2010).
@_transparent
private func normalQuantile(_ u: Vector) -> Vector {
  // The middle of the step, so that neither end is infinite: 1 - x and 1 + x are exact.
  let upper = 2 * u + 0x1p-24
  let lower = (1 - u - 0x1p-24) * 2 + 0x1p-24
  let w = -logarithm(upper * lower)
  let near = w - 2.5
  var p = Vector(repeating: 2.810_226_36e-8)
  p = p.times(near, plus: Vector(repeating: 3.432_739_39e-7))
  p = p.times(near, plus: Vector(repeating: -3.523_387_7e-6))
  p = p.times(near, plus: Vector(repeating: -4.391_506_54e-6))
  p = p.times(near, plus: Vector(repeating: 2.185_808_7e-4))
  p = p.times(near, plus: Vector(repeating: -1.253_725_03e-3))
  p = p.times(near, plus: Vector(repeating: -4.177_681_64e-3))
  p = p.times(near, plus: Vector(repeating: 0.246_640_727))
  p = p.times(near, plus: Vector(repeating: 1.501_409_41))
  let far = w.squareRoot() - 3
  var q = Vector(repeating: -2.002_142_57e-4)
  q = q.times(far, plus: Vector(repeating: 1.009_505_58e-4))
  q = q.times(far, plus: Vector(repeating: 1.349_343_22e-3))
  q = q.times(far, plus: Vector(repeating: -3.673_428_44e-3))
  q = q.times(far, plus: Vector(repeating: 5.739_507_73e-3))
  q = q.times(far, plus: Vector(repeating: -7.622_461_3e-3))
  q = q.times(far, plus: Vector(repeating: 9.438_870_47e-3))
  q = q.times(far, plus: Vector(repeating: 1.001_674_06))
  q = q.times(far, plus: Vector(repeating: 2.832_976_82))
  let quantile = p.replacing(with: q, where: w .>= 5)
  return quantile * (upper - 1) * 1.414_213_56
}
