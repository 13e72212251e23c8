import Networks
import TestSupport
import Testing

/// Which axis layers work on, where a sample has more than two.
@Suite struct AxisTests {
  @Test(
    arguments: [
      [Dense(4, activation: .softmax)], [Dense(4), ActivationLayer(.softmax)],
    ] as [[any Layer]])
  func softmaxIsOverTheLastAxis(_ layers: [any Layer]) throws {
    let network = try Sequential(input: Shape([3, 2, 5]), layers).network(rows: 2)
    var random = SeededRandom(seed: 1)
    let probe = Probe(network)
    probe.setWeights(random.floats(network.parameterCount))
    let output = probe.output(probe.forward(random.floats(2 * 3 * 2 * 5)))
    #expect(output.count == 2 * 3 * 2 * 4)
    for first in stride(from: 0, to: output.count, by: 4) {
      let sum = output[first..<first + 4].reduce(0, +)
      #expect(abs(sum - 1) < 1e-6, "the probabilities from \(first) on add up to \(sum)")
    }
  }
}
