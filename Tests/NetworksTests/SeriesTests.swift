import Networks
import Tensors
import TestSupport
import Testing

/// Layers over a series of single numbers, which take shorter ways to sums and gradients.
@Suite struct SeriesTests {
  /// They compute what they compute where a column of zeros stands beside it, to the bit.
  @Test(
    arguments: ["LSTM", "PeepholeLSTM", "SimpleRNN", "GRU"],
    [(rows: 1, units: 3), (rows: 5, units: 5), (rows: 9, units: 20)])
  func aColumnOfZerosChangesNothing(_ kind: String, _ size: (rows: Int, units: Int)) throws {
    for bits in 0..<8 {
      let layer = layer(kind, size.units) {
        $0.goBackwards = bits & 1 != 0
        $0.stateful = bits & 2 != 0
        $0.useBias = bits & 4 == 0
        $0.returnSequences = true
      }
      let one = try Series(layer, features: 1, size.rows)
      let two = try Series(layer, features: 2, size.rows)
      var random = SeededRandom(seed: UInt64(bits))
      let others = random.floats(two.probe.weights.count, in: -0.5...0.5)
      let unused = size.units * Series.gates(kind)
      two.probe.setWeights(others)
      one.probe.setWeights(Array(others[..<unused] + others[(2 * unused)...]))
      for _ in 0..<2 {
        let numbers = random.floats(size.rows * Series.steps)
        let slopes = random.floats(size.rows * Series.steps * size.units)
        let (ours, theirs) = (one.run(numbers, slopes), two.run(numbers, slopes))
        #expect(ours.outputs == theirs.outputs && ours.inputGradient == theirs.inputGradient)
        let rest = theirs.gradients[..<unused] + theirs.gradients[(2 * unused)...]
        #expect(ours.gradients == Array(rest))
        #expect(ours.gradients.contains { abs($0) > 0.01 })
      }
    }
  }

  private func layer(
    _ kind: String, _ units: Int, configure: (inout RecurrentOptions) -> Void
  ) -> any Layer {
    switch kind {
    case "LSTM": LSTM(units, configure: configure)
    case "PeepholeLSTM": PeepholeLSTM(units, configure: configure)
    case "SimpleRNN": SimpleRNN(units, configure: configure)
    default: GRU(units, configure: configure)
    }
  }
}

/// A layer over a series, beside which there may be a column of zeros.
private struct Series {
  static let steps = 7
  let probe: Probe
  let features: Int

  static func gates(_ kind: String) -> Int { kind == "SimpleRNN" ? 1 : kind == "GRU" ? 3 : 4 }

  init(_ layer: any Layer, features: Int, _ rows: Int) throws {
    let input = Shape([Self.steps, features])
    probe = Probe(
      try Sequential(input: input, [layer]).network(rows: rows, inputGradients: true))
    self.features = features
  }

  /// What a batch gives; the input's gradient is that of the series.
  func run(
    _ numbers: [Float], _ slopes: [Float]
  ) -> (outputs: [Float], inputGradient: [Float], gradients: [Float]) {
    let zeros = [Float](repeating: 0, count: features - 1)
    let pass = probe.forward(numbers.flatMap { [$0] + zeros })
    let outputs = probe.output(pass)
    let slopes = probe.backward(pass, from: [slopes])
    let places = stride(from: 0, to: slopes.count, by: features)
    return (outputs, places.map { slopes[$0] }, probe.gradients.values)
  }
}
