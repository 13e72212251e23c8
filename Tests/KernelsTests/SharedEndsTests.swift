import Kernels
import TestSupport
import Testing

/// Rows that go through a cell together, or whose ends share a vector, get the bits that each of them
/// gets alone.
@Suite struct SharedEndsTests {
  @Test(arguments: [
    (4, 20), (11, 20), (13, 20), (9, 4), (2, 24), (7, 40), (6, 25), (7, 47), (5, 48), (4, 8),
    (5, 100), (6, 131),
    // Those are near; these are far, and alone near again.
    (41, 100), (64, 64), (9, 512), (34, 131),
  ])
  func rowsAlone(rows: Int, units: Int) {
    for cell in cells {
      var random = SeededRandom(seed: UInt64(rows * 100 + units))
      let given = cell.blocks.map { random.floats(rows * $0 * units, in: -2...2) }
      let together = cell.run(rows, units, given)
      #expect(together != given)
      for row in 0..<rows {
        let alone = cell.run(1, units, cell.part(row, of: given, units))
        #expect(
          alone == cell.part(row, of: together, units),
          "\(cell.name), row \(row) of \(rows) with \(units) units")
      }
    }
  }
}

/// A step forward and back over arrays of [rows, blocks·units].
private struct Cell: Sendable {
  let name: String
  let blocks: [Int]
  let step: @Sendable (_ rows: Int, _ units: Int, _ a: [UnsafeMutablePointer<Float>]) -> Void

  /// What the arrays are after the step.
  func run(_ rows: Int, _ units: Int, _ arrays: [[Float]]) -> [[Float]] {
    let memory = arrays.map { array in
      let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: array.count)
      _ = memory.initialize(from: array)
      return memory
    }
    defer { for memory in memory { memory.deallocate() } }
    step(rows, units, memory.compactMap(\.baseAddress))
    return memory.map { Array($0) }
  }

  func part(_ row: Int, of arrays: [[Float]], _ units: Int) -> [[Float]] {
    zip(arrays, blocks).map { array, count in
      Array(array[row * count * units..<(row + 1) * count * units])
    }
  }
}

/// An LSTM with these functions, φ and σ.
private func lstm(_ phi: ElementwiseActivation, _ sigma: ElementwiseActivation) -> Cell {
  Cell(name: "LSTM, \(phi), \(sigma)", blocks: [4, 1, 1, 1, 1, 1, 1]) { rows, units, a in
    lstmForward(
      activation: phi, recurrentActivation: sigma, rows: rows, units: units, gates: a[0],
      cPrevious: a[1], c: a[2], activatedC: a[3], h: a[4])
    lstmBackward(
      activation: phi, recurrentActivation: sigma, rows: rows, units: units, gates: a[0],
      cPrevious: a[1], activatedC: a[3], dh: a[5], dc: a[6], dGates: a[0])
  }
}

private let cells: [Cell] = [
  lstm(.tanh, .sigmoid), lstm(.relu, .sigmoid), lstm(.softsign, .hardSigmoid),
  Cell(name: "GRU", blocks: [3, 3, 1, 1, 1, 1]) { rows, units, a in
    gruForward(
      activation: .tanh, recurrentActivation: .sigmoid, rows: rows, units: units, a: a[0], e: a[1],
      hPrevious: a[2], h: a[3])
    gruBackward(
      activation: .tanh, recurrentActivation: .sigmoid, rows: rows, units: units, gates: a[0],
      e: a[1], hPrevious: a[2], dh: a[4], da: a[0], de: a[1], dhPrevious: a[5])
  },
  Cell(name: "GRU, reset before", blocks: [3, 1, 1, 1, 1, 1, 3]) { rows, units, a in
    gruResetBeforeGates(
      recurrentActivation: .sigmoid, rows: rows, units: units, a: a[0], hPrevious: a[1],
      resetH: a[2])
    gruResetBeforeOutput(
      activation: .tanh, rows: rows, units: units, a: a[0], hPrevious: a[1], h: a[3])
    gruResetBeforeOutputBackward(
      activation: .tanh, recurrentActivation: .sigmoid, rows: rows, units: units, gates: a[0],
      hPrevious: a[1], dh: a[4], da: a[6], dhPrevious: a[5])
    gruResetBeforeGatesBackward(
      recurrentActivation: .sigmoid, rows: rows, units: units, gates: a[0], hPrevious: a[1],
      dResetH: a[2], da: a[6], dhPrevious: a[5])
  },
  Cell(name: "LSTM with peepholes", blocks: [4, 1, 1, 1, 1, 1, 1]) { rows, units, a in
    // The same for all rows.
    let peephole = (0..<3 * units).map { Float($0 % 7) / 8 }
    peephole.withUnsafeBufferPointer { peephole in
      guard let peephole = peephole.baseAddress else { return }
      let step = PeepholeStep(
        rows: rows, units: units, peephole: peephole, gates: a[0], cPrevious: a[1], c: a[2],
        activatedC: a[3])
      peepholeForward(
        activation: .tanh, recurrentActivation: .sigmoid, outputActivation: .tanh, step, h: a[4])
      peepholeBackward(
        activation: .tanh, recurrentActivation: .sigmoid, outputActivation: .tanh, step, dh: a[5],
        dc: a[6])
    }
  },
]
