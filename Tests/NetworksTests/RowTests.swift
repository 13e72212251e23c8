import Networks
import TestSupport
import Testing

/// A row's results have the same bits in whatever shard it is, and wherever in the shard.
@Suite struct RowTests {
  @Test(arguments: LayerVariants.kinds) func recurrentLayers(_ kind: String) throws {
    for variant in LayerVariants.recurrent(kind) where variant.sequences == variant.useBias {
      let network = try LayerVariants.network(
        variant, units: 19, input: Shape([3, 5]), rows: 21)
      try expectIndependentRows(network, "\(variant)")
    }
  }

  @Test(arguments: LayerVariants.kinds) func recurrentLayersUnderMasks(_ kind: String) throws {
    for (name, model) in LayerVariants.masked(kind) {
      try expectIndependentRows(model.network(rows: 11, inputGradients: true), name)
    }
  }

  @Test func otherLayersAndStacks() throws {
    for (name, model) in LayerVariants.models + AroundVariants.models {
      try expectIndependentRows(model.network(rows: 21, inputGradients: true), name)
    }
  }

  /// Wide enough for every kind of tile and for blocks of the depth.
  @Test func wideLayers() throws {
    for layer in [
      LSTM(70, returnSequences: true), GRU(70, returnSequences: true),
      GRU(70, returnSequences: true, resetAfter: false), SimpleRNN(150, returnSequences: true),
    ] as [any Layer] {
      let model = Sequential(input: Shape([3, 140]), [layer, Dense(33, activation: .softmax)])
      try expectIndependentRows(model.network(rows: 21, inputGradients: true), "\(layer)")
    }
  }

  /// Forward, and backward to the input: whole, and in shards of several sizes.
  private func expectIndependentRows(_ network: Network, _ title: String) throws {
    let rows = network.rows
    var random = SeededRandom(seed: 7)
    let weights = random.floats(network.parameterCount, in: -0.5...0.5)
    let inputs = random.floats(rows * network.inputs[0].shape.count)
    let slopes = network.outputs.map { random.floats(rows * $0.shape.count) }
    let whole = run(network, weights, inputs, slopes, shard: rows)
    for shard in [1, 2, 3, 5, 8, 16] {
      let parts = run(network, weights, inputs, slopes, shard: shard)
      #expect(parts.outputs == whole.outputs, "\(title): outputs in shards of \(shard)")
      #expect(parts.slopes == whole.slopes, "\(title): gradients in shards of \(shard)")
      #expect(parts.states == whole.states, "\(title): states in shards of \(shard)")
    }
  }

  /// Two batches, so that states matter; bit patterns, so that nothing is equal by chance.
  private func run(
    _ network: Network, _ weights: [Float], _ inputs: [Float], _ slopes: [[Float]], shard: Int
  ) -> (outputs: [[UInt32]], slopes: [UInt32], states: [UInt32]) {
    var probe = Probe(network)
    probe.setWeights(weights)
    var outputs = [[Float]](repeating: [], count: network.outputs.count)
    var inputGradients: [Float] = []
    for batch in 0..<2 {
      probe.noise = (0x1234_5678_9abc, 3, batch * network.rows)
      for first in stride(from: 0, to: network.rows, by: shard) {
        let range = first..<min(first + shard, network.rows)
        let pass = probe.forward(inputs, rows: range, training: true)
        for (index, output) in probe.outputs(pass).enumerated() { outputs[index] += output }
        let parts = zip(network.outputs, slopes).map { value, slopes in
          Array(slopes[range.lowerBound * value.shape.count..<range.upperBound * value.shape.count])
        }
        inputGradients += probe.backward(pass, from: parts)
      }
    }
    let states = probe.states.arena.values
    return (
      outputs.map { $0.map(\.bitPattern) }, inputGradients.map(\.bitPattern),
      states.map(\.bitPattern)
    )
  }
}
