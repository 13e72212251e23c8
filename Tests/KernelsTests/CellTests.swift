import Kernels
import TestSupport
import Testing

/// Pairs with loops of their own, and some without.
private let pairs: [(ElementwiseActivation, ElementwiseActivation)] = [
  (.tanh, .sigmoid), (.sigmoid, .sigmoid), (.tanh, .hardSigmoid), (.relu, .sigmoid),
  (.softsign, .hardSigmoidLegacy), (.linear, .tanh), (.squareplus, .hardTanh),
  (.softShrink, .sparseSigmoid), (.logSigmoid, .sparsePlus),
]

private func near(_ a: [Float], _ b: [Double], _ what: String) {
  #expect(a.count == b.count)
  for (index, (a, b)) in zip(a, b).enumerated() where abs(Double(a) - b) > 2e-6 {
    Issue.record("\(what)[\(index)] is \(a), expected \(b)")
    return
  }
}

@Suite struct CellTests {
  /// The small sizes, with the ends of vectors among them.
  private let sizes = [
    (1, 1), (2, 3), (3, 15), (2, 16), (5, 17), (3, 20), (2, 33), (0, 8), (6, 20), (5, 24),
    (9, 4),
  ]

  @Test(arguments: pairs)
  func lstm(phi: ElementwiseActivation, sigma: ElementwiseActivation) {
    for (rows, units) in sizes {
      var random = SeededRandom(seed: UInt64(units))
      let z = random.floats(rows * 4 * units, in: -3...3)
      let previous = random.floats(rows * units)
      let dh = random.floats(rows * units)
      let dcNext = random.floats(rows * units)
      let zeros = [Float](repeating: 0, count: rows * units)
      var (gates, c, active, h) = (z, zeros, zeros, zeros)
      lstmForward(
        activation: phi, recurrentActivation: sigma, rows: rows, units: units, gates: &gates,
        cPrevious: previous, c: &c, activatedC: &active, h: &h)
      var dGates = [Float](repeating: 0, count: rows * 4 * units)
      var dc = dcNext
      lstmBackward(
        activation: phi, recurrentActivation: sigma, rows: rows, units: units, gates: gates,
        cPrevious: previous, activatedC: active, dh: dh, dc: &dc, dGates: &dGates)

      var expected = [[Double]](repeating: Array(repeating: 0, count: rows * units), count: 4)
      var dz = [Double](repeating: 0, count: rows * 4 * units)
      for row in 0..<rows {
        for unit in 0..<units {
          let at = row * units + unit
          let zi = (0..<4).map { Double(z[row * 4 * units + $0 * units + unit]) }
          let i = sigma.exact(zi[0])
          let f = sigma.exact(zi[1])
          let g = phi.exact(zi[2])
          let o = sigma.exact(zi[3])
          let state = f * Double(previous[at]) + i * g
          let slopeOfState = phi.exactSlope(state)
          expected[0][at] = state
          expected[1][at] = phi.exact(state)
          expected[2][at] = o * phi.exact(state)
          let dState = Double(dcNext[at]) + Double(dh[at]) * o * slopeOfState
          expected[3][at] = dState * f
          let first = row * 4 * units + unit
          dz[first] = dState * g * sigma.exactSlope(zi[0])
          dz[first + units] = dState * Double(previous[at]) * sigma.exactSlope(zi[1])
          dz[first + 2 * units] = dState * i * phi.exactSlope(zi[2])
          dz[first + 3 * units] =
            Double(dh[at]) * phi.exact(state) * sigma.exactSlope(zi[3])
        }
      }
      near(c, expected[0], "c")
      near(active, expected[1], "φ(c)")
      near(h, expected[2], "h")
      near(dc, expected[3], "dc")
      near(dGates, dz, "dz")
    }
  }

  /// Another order of the gates, and the forget bias added while it runs: the same bits.
  @Test(arguments: pairs)
  func lstmInAnotherOrder(phi: ElementwiseActivation, sigma: ElementwiseActivation) {
    for (rows, units) in sizes {
      var random = SeededRandom(seed: UInt64(units + 50))
      let z = random.floats(rows * 4 * units, in: -3...3)
      let previous = random.floats(rows * units)
      let dh = random.floats(rows * units)
      let zeros = [Float](repeating: 0, count: rows * units)
      var results: [[[Float]]] = []
      for order in [LSTMGates.keras, .newValueSecond(forgetBias: 0.5)] {
        let isOther = order != .keras
        var gates = isOther ? swapped(z, rows, units) : z
        for row in 0..<(isOther ? 0 : rows) {
          for unit in 0..<units { gates[(4 * row + 1) * units + unit] += 0.5 }
        }
        var (c, active, h, dc) = (zeros, zeros, zeros, previous)
        lstmForward(
          activation: phi, recurrentActivation: sigma, order: order, rows: rows, units: units,
          gates: &gates, cPrevious: previous, c: &c, activatedC: &active, h: &h)
        var dz = gates
        lstmBackward(
          activation: phi, recurrentActivation: sigma, order: order, rows: rows, units: units,
          gates: gates, cPrevious: previous, activatedC: active, dh: dh, dc: &dc, dGates: &dz)
        results.append([
          c, h, dc, isOther ? swapped(gates, rows, units) : gates,
          isOther ? swapped(dz, rows, units) : dz,
        ])
      }
      #expect(results[0] == results[1], "\(rows) rows of \(units)")
    }
  }

  /// The second and the third block of each row exchanged.
  private func swapped(_ z: [Float], _ rows: Int, _ units: Int) -> [Float] {
    var result = z
    for row in 0..<rows {
      for unit in 0..<units {
        let first = 4 * row * units + unit
        result.swapAt(first + units, first + 2 * units)
      }
    }
    return result
  }

  @Test(arguments: pairs)
  func gruWithResetAfter(phi: ElementwiseActivation, sigma: ElementwiseActivation) {
    for (rows, units) in sizes {
      var random = SeededRandom(seed: UInt64(units + 100))
      let a = random.floats(rows * 3 * units, in: -2...2)
      let e = random.floats(rows * 3 * units)
      let previous = random.floats(rows * units)
      let dh = random.floats(rows * units)
      var gates = a
      var h = [Float](repeating: 0, count: rows * units)
      gruForward(
        activation: phi, recurrentActivation: sigma, rows: rows, units: units, a: &gates, e: e,
        hPrevious: previous, h: &h)
      var da = [Float](repeating: 0, count: rows * 3 * units)
      var de = da
      var dPrevious = [Float](repeating: 0, count: rows * units)
      gruBackward(
        activation: phi, recurrentActivation: sigma, rows: rows, units: units, gates: gates, e: e,
        hPrevious: previous, dh: dh, da: &da, de: &de, dhPrevious: &dPrevious)

      var expectedH = [Double](repeating: 0, count: rows * units)
      var expectedPrevious = expectedH
      var expectedDa = [Double](repeating: 0, count: rows * 3 * units)
      var expectedDe = expectedDa
      for row in 0..<rows {
        for unit in 0..<units {
          let at = row * units + unit
          let first = row * 3 * units + unit
          let az = Double(a[first]) + Double(e[first])
          let ar = Double(a[first + units]) + Double(e[first + units])
          let eh = Double(e[first + 2 * units])
          let (z, r) = (sigma.exact(az), sigma.exact(ar))
          let ag = Double(a[first + 2 * units]) + r * eh
          let g = phi.exact(ag)
          let (old, d) = (Double(previous[at]), Double(dh[at]))
          expectedH[at] = z * old + (1 - z) * g
          expectedPrevious[at] = d * z
          let dg = d * (1 - z) * phi.exactSlope(ag)
          expectedDa[first] = d * (old - g) * sigma.exactSlope(az)
          expectedDa[first + units] = dg * eh * sigma.exactSlope(ar)
          expectedDa[first + 2 * units] = dg
          expectedDe[first] = expectedDa[first]
          expectedDe[first + units] = expectedDa[first + units]
          expectedDe[first + 2 * units] = dg * r
        }
      }
      near(h, expectedH, "h")
      near(dPrevious, expectedPrevious, "dhPrevious")
      near(da, expectedDa, "da")
      near(de, expectedDe, "de")
    }
  }

  @Test(arguments: pairs)
  func gruWithResetBefore(phi: ElementwiseActivation, sigma: ElementwiseActivation) {
    for (rows, units) in sizes {
      var random = SeededRandom(seed: UInt64(units + 200))
      let a = random.floats(rows * 3 * units, in: -2...2)
      let previous = random.floats(rows * units)
      let dh = random.floats(rows * units)
      let dReset = random.floats(rows * units)
      var gates = a
      var reset = [Float](repeating: 0, count: rows * units)
      var h = reset
      gruResetBeforeGates(
        recurrentActivation: sigma, rows: rows, units: units, a: &gates, hPrevious: previous,
        resetH: &reset)
      gruResetBeforeOutput(
        activation: phi, rows: rows, units: units, a: &gates, hPrevious: previous, h: &h)
      var da = [Float](repeating: 0, count: rows * 3 * units)
      var dPrevious = [Float](repeating: 0, count: rows * units)
      gruResetBeforeOutputBackward(
        activation: phi, recurrentActivation: sigma, rows: rows, units: units, gates: gates,
        hPrevious: previous, dh: dh, da: &da, dhPrevious: &dPrevious)
      gruResetBeforeGatesBackward(
        recurrentActivation: sigma, rows: rows, units: units, gates: gates, hPrevious: previous,
        dResetH: dReset, da: &da, dhPrevious: &dPrevious)

      var expectedReset = [Double](repeating: 0, count: rows * units)
      var expectedH = expectedReset
      var expectedPrevious = expectedReset
      var expectedDa = [Double](repeating: 0, count: rows * 3 * units)
      for row in 0..<rows {
        for unit in 0..<units {
          let at = row * units + unit
          let first = row * 3 * units + unit
          let (az, ar) = (Double(a[first]), Double(a[first + units]))
          let ag = Double(a[first + 2 * units])
          let (z, r, g) = (sigma.exact(az), sigma.exact(ar), phi.exact(ag))
          let (old, d, dr) = (Double(previous[at]), Double(dh[at]), Double(dReset[at]))
          expectedReset[at] = r * old
          expectedH[at] = z * old + (1 - z) * g
          expectedPrevious[at] = d * z + dr * r
          expectedDa[first] = d * (old - g) * sigma.exactSlope(az)
          expectedDa[first + units] = dr * old * sigma.exactSlope(ar)
          expectedDa[first + 2 * units] = d * (1 - z) * phi.exactSlope(ag)
        }
      }
      near(reset, expectedReset, "r ⊙ h")
      near(h, expectedH, "h")
      near(dPrevious, expectedPrevious, "dhPrevious")
      near(da, expectedDa, "da")
    }
  }

  @Test func simpleRNN() {
    var random = SeededRandom(seed: 5)
    let z = random.floats(60)
    let dh = random.floats(60)
    var h = z
    simpleRNNForward(activation: .tanh, rows: 3, units: 20, z: z, h: &h)
    near(h, z.map { ElementwiseActivation.tanh.exact(Double($0)) }, "h")
    var dz = dh
    simpleRNNBackward(activation: .tanh, rows: 3, units: 20, h: h, dh: dh, dz: &dz)
    near(
      dz, zip(z, dh).map { ElementwiseActivation.tanh.exactSlope(Double($0)) * Double($1) }, "dz")
  }

  @Test func inPlace() {
    // The backward passes may write over what they read.
    let (rows, units) = (3, 20)
    var random = SeededRandom(seed: 6)
    let gates = random.floats(rows * 4 * units, in: 0.1...0.9)
    let previous = random.floats(rows * units)
    let dh = random.floats(rows * units)
    var apart = [Float](repeating: 0, count: gates.count)
    var dcApart = previous
    lstmBackward(
      activation: .tanh, recurrentActivation: .sigmoid, rows: rows, units: units, gates: gates,
      cPrevious: previous, activatedC: dh, dh: dh, dc: &dcApart, dGates: &apart)
    var together = gates
    var dcTogether = previous
    together.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      lstmBackward(
        activation: .tanh, recurrentActivation: .sigmoid, rows: rows, units: units, gates: base,
        cPrevious: previous, activatedC: dh, dh: dh, dc: &dcTogether, dGates: base)
    }
    #expect(apart == together)
    #expect(dcApart == dcTogether)
  }
}
