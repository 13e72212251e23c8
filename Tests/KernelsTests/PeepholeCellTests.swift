import Kernels
import TestSupport
import Testing

/// One step of an LSTM with peepholes beside its formulas in double precision.
@Suite struct PeepholeCellTests {
  private let sizes = [
    (1, 1), (2, 3), (3, 15), (2, 16), (5, 17), (3, 20), (2, 33), (0, 8), (6, 20), (5, 24),
  ]

  /// φ, σ and ψ: fused pairs and others, with an output of its own kind and without.
  @Test(
    arguments: [
      (.tanh, .sigmoid, .tanh), (.tanh, .sigmoid, .linear), (.sigmoid, .sigmoid, .tanh),
      (.softsign, .hardSigmoid, .softsign), (.squareplus, .tanh, .sigmoid),
    ] as [(ElementwiseActivation, ElementwiseActivation, ElementwiseActivation)])
  func oneStep(
    phi: ElementwiseActivation, sigma: ElementwiseActivation, psi: ElementwiseActivation
  ) {
    for (rows, units) in sizes {
      var random = SeededRandom(seed: UInt64(units))
      let scene = Scene(
        rows: rows, units: units, peephole: random.floats(3 * units),
        z: random.floats(4 * rows * units, in: -3...3), previous: random.floats(rows * units),
        dh: random.floats(rows * units), dcNext: random.floats(rows * units),
        phi: phi, sigma: sigma, psi: psi)
      let (found, exact) = (scene.computed(), scene.exact())
      for (index, name) in ["c", "ψ(c)", "h", "dc", "dz", "dp"].enumerated() {
        let worst = zip(found[index], exact[index]).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(found[index].count == exact[index].count)
        #expect(worst < 4e-6, "\(name) of \(rows) rows of \(units) is off by \(worst)")
      }
    }
  }
}

private struct Scene {
  let rows: Int
  let units: Int
  let peephole: [Float]
  let z: [Float]
  let previous: [Float]
  let dh: [Float]
  let dcNext: [Float]
  let phi: ElementwiseActivation
  let sigma: ElementwiseActivation
  let psi: ElementwiseActivation

  /// c, ψ(c), h, dc, dz and dp, the last on top of ones.
  func computed() -> [[Float]] {
    let zeros = [Float](repeating: 0, count: rows * units)
    var (gates, c, active, h, dc) = (z, zeros, zeros, zeros, dcNext)
    var gradient = [Float](repeating: 1, count: 3 * units)
    gates.withUnsafeMutableBufferPointer { gates in
      c.withUnsafeMutableBufferPointer { c in
        active.withUnsafeMutableBufferPointer { active in
          peephole.withUnsafeBufferPointer { peephole in
            previous.withUnsafeBufferPointer { previous in
              guard let gates = gates.baseAddress, let c = c.baseAddress,
                let active = active.baseAddress, let peephole = peephole.baseAddress,
                let previous = previous.baseAddress
              else { return }
              let step = PeepholeStep(
                rows: rows, units: units, peephole: peephole, gates: gates, cPrevious: previous,
                c: c, activatedC: active)
              peepholeForward(
                activation: phi, recurrentActivation: sigma, outputActivation: psi, step, h: &h)
              peepholeBackward(
                activation: phi, recurrentActivation: sigma, outputActivation: psi, step, dh: dh,
                dc: &dc)
              peepholeGradient(step, to: &gradient)
            }
          }
        }
      }
    }
    return [c, active, h, dc, gates, gradient]
  }

  func exact() -> [[Double]] {
    let zeros = [Double](repeating: 0, count: rows * units)
    var (states, shown, h, dc) = (zeros, zeros, zeros, zeros)
    var dz = [Double](repeating: 0, count: 4 * rows * units)
    var gradient = [Double](repeating: 1, count: 3 * units)
    for at in 0..<rows * units {
      let (row, unit) = (at / units, at % units)
      let first = 4 * row * units + unit
      let p = (0..<3).map { Double(peephole[$0 * units + unit]) }
      let old = Double(previous[at])
      let (zi, zf) = (Double(z[first]) + p[0] * old, Double(z[first + units]) + p[1] * old)
      let zg = Double(z[first + 2 * units])
      let (i, f, g) = (sigma.exact(zi), sigma.exact(zf), phi.exact(zg))
      let c = f * old + i * g
      let zo = Double(z[first + 3 * units]) + p[2] * c
      let o = sigma.exact(zo)
      (states[at], shown[at], h[at]) = (c, psi.exact(c), o * psi.exact(c))
      let d = Double(dh[at])
      dz[first + 3 * units] = d * psi.exact(c) * sigma.exactSlope(zo)
      let ds = Double(dcNext[at]) + d * o * psi.exactSlope(c) + dz[first + 3 * units] * p[2]
      dz[first] = ds * g * sigma.exactSlope(zi)
      dz[first + units] = ds * old * sigma.exactSlope(zf)
      dz[first + 2 * units] = ds * i * phi.exactSlope(zg)
      dc[at] = ds * f + dz[first] * p[0] + dz[first + units] * p[1]
      gradient[unit] += dz[first] * old
      gradient[units + unit] += dz[first + units] * old
      gradient[2 * units + unit] += dz[first + 3 * units] * c
    }
    return [states, shown, h, dc, dz, gradient]
  }
}
