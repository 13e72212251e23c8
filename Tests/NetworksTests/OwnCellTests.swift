import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// The LSTMs that Keras does not have beside float64, and what can be seen of all cells' gates.
@Suite struct OwnCellTests {
  /// Outputs and gradients beside numpy's formulas in double precision.
  @Test func layersComputeTheirFormulas() throws {
    let cases = ReferenceFile.cases(of: "cells")
    #expect(cases.count == 13)
    let file = try ReferenceFile("cells")
    var outputs = Comparison(tolerance: 2e-6)
    var gradients = Comparison(tolerance: 1e-5)
    for name in cases {
      let reference = try file.reference(name)
      let probe = Probe(try network(reference))
      probe.setWeights(try reference.floats("weights"))
      let pass = probe.forward(try reference.floats("inputs"))
      let slopes = try probe.network.outputs.indices.map { index in
        try outputs.add(
          probe.output(pass, index), "outputs_\(index)", of: reference, title: name)
        return try reference.floats("output_gradient_\(index)")
      }
      #expect(try !reference.contains("outputs_\(slopes.count)"), "\(name)")
      let inputGradient = probe.backward(pass, from: slopes)
      try gradients.add(inputGradient, "input_gradient", of: reference, title: name)
      try gradients.add(probe.gradients.values, "gradients", of: reference, title: name)
    }
    print("Own cells: outputs \(outputs.summary)")
    print("Own cells: gradients \(gradients.summary)")
  }

  private func network(_ reference: borrowing Reference) throws -> Network {
    var model = Functional(name: "net")
    var y = try model.input("x", reference.inputShape())
    for layer in try reference.layers() { y = model.call(layer, y) }
    var count = 0
    while try reference.contains("outputs_\(count)") { count += 1 }
    model.outputs = (0..<count).map { y.output($0) }
    return try model.network(rows: reference.rows(), inputGradients: true)
  }

  /// The equivalent of Keras computes the same, with every option that both have.
  @Test(arguments: 0..<16) func theHandBuiltLSTMIsKerasLSTM(_ bits: Int) throws {
    func flag(_ bit: Int) -> Bool { bits >> bit & 1 != 0 }
    var own = HandBuiltLSTM(5, activation: flag(3) ? .softmax : .tanh, name: "own") {
      $0.returnSequences = flag(0)
      $0.goBackwards = flag(1)
      $0.useBias = flag(2)
    }
    own.forgetBias = flag(3) ? 0 : 1
    let equivalent = try own.kerasEquivalent(named: "own")
    let layer = try #require(equivalent.layer as? LSTM)
    #expect(layer.name == "own" && layer.options.useBias == (flag(2) || !flag(3)))
    let input = Shape([6, 3])
    let one = Probe(try Sequential(input: input, [own]).network(rows: 4))
    let other = Probe(try Sequential(input: input, [layer]).network(rows: 4))
    var random = SeededRandom(seed: UInt64(bits))
    let weights = random.floats(one.weights.count)
    one.setWeights(weights)
    let arrays = one.network.parameters.map {
      LayerArray(shape: $0.slot.shape, values: Array(weights[$0.slot.range]))
    }
    let made = equivalent.arrays(arrays)
    #expect(made.map(\.shape) == other.network.parameters.map(\.slot.shape))
    other.setWeights(made.flatMap(\.values))
    let inputs = random.floats(4 * 6 * 3)
    let (ours, keras) = (one.output(one.forward(inputs)), other.output(other.forward(inputs)))
    #expect(zip(ours, keras).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(ours.contains { abs($0) > 0.01 })
  }

  @Test func peepholesWantActivationsThatCanBeFused() throws {
    let layer = PeepholeLSTM(3, outputActivation: .softmax)
    #expect {
      try Sequential(input: Shape([4, 2]), [layer]).network(rows: 1)
    } throws: {
      "\($0)".contains("output_activation 'softmax' cannot stand in a PeepholeLSTM")
    }
  }

  @Test func peepholesHaveNoEquivalent() throws {
    #expect {
      try PeepholeLSTM(3).kerasEquivalent(named: "p")
    } throws: {
      "\($0)".contains("Keras has no LSTM with peepholes")
    }
  }

  // MARK: Gates

  /// The traced gates make the traced states: h = o ⊙ φ(c) and so on, for fused cells and others.
  @Test(
    arguments: [
      ("LSTM", Activation.tanh), ("LSTM", .silu), ("HandBuiltLSTM", .tanh),
      ("HandBuiltLSTM", .mish), ("PeepholeLSTM", .tanh),
    ])
  func gatesMakeStates(_ kind: String, _ activation: Activation) throws {
    let (rows, steps, units) = (3, 4, 5)
    let layer: any Layer =
      switch kind {
      case "LSTM": LSTM(units, activation: activation)
      case "HandBuiltLSTM": HandBuiltLSTM(units, activation: activation)
      default: PeepholeLSTM(units, activation: activation, outputActivation: activation)
      }
    let network = try Sequential(input: Shape([steps, 2]), [layer]).network(rows: rows)
    let probe = Probe(network)
    var random = SeededRandom(seed: 9)
    probe.setWeights(random.floats(probe.weights.count))
    let pass = probe.forward(random.floats(rows * steps * 2))
    let trace = try #require(network.traces.first)
    #expect(network.traces.count == 1 && trace.className == kind && trace.units == units)
    #expect(
      Set(trace.parts)
        == [.newValue, .inputGate, .forgetGate, .cellState, .outputGate, .output])
    let (i, f) = (trace.values(.inputGate, pass), trace.values(.forgetGate, pass))
    let (g, o) = (trace.values(.newValue, pass), trace.values(.outputGate, pass))
    let (c, h) = (trace.values(.cellState, pass), trace.values(.output, pass))
    let width = rows * units
    for index in 0..<steps * width {
      let before = index < width ? 0 : c[index - width]
      #expect(abs(c[index] - (f[index] * before + i[index] * g[index])) < 1e-6)
      let shown = activation.value(c[index])
      #expect(abs(h[index] - o[index] * shown) < 1e-6)
    }
    #expect(Array(h.suffix(width)) == probe.output(pass))
    #expect(trace.counts(pass) == nil)
  }

  @Test func tracesHaveNamesEverywhere() throws {
    var model = Functional(name: "many")
    let x = model.input("x", Shape([4, 3]))
    let cells = StackedRNNCells([LSTMCell(LSTM(2)), GRUCell(GRU(3))])
    var y = model.call(Bidirectional(GRU(2, returnSequences: true)), x)
    y = model.call(RNN(cells) { $0.returnSequences = true }, y)
    y = model.call(SimpleRNN(2, returnSequences: true, name: "simple"), y)
    y = model.call(Masking(0), y)
    model.outputs = [model.call(LSTM(2) { $0.goBackwards = true }, y)]
    let network = try model.network(rows: 2)
    #expect(
      network.traces.map(\.layer) == [
        "bidirectional/forward_gru", "bidirectional/backward_gru",
        "rnn/stacked_rnn_cells/lstm_cell", "rnn/stacked_rnn_cells/gru_cell", "simple", "lstm",
      ])
    #expect(network.traces.map(\.goesBackwards) == [false, true, false, false, false, true])
    #expect(network.traces[4].parts == [.output])
    let probe = Probe(network)
    var random = SeededRandom(seed: 2)
    probe.setWeights(random.floats(probe.weights.count))
    let pass = probe.forward(random.floats(2 * 4 * 3))
    #expect(network.traces[5].counts(pass) == [Bool](repeating: true, count: 8))
    for part in network.traces[0].parts where part.isGate {
      #expect(network.traces[0].values(part, pass).allSatisfy { $0 > 0 && $0 < 1 })
    }
  }
}

extension Activation {
  /// f(x) for one number.
  fileprivate func value(_ x: Float) -> Float {
    let x = Double(x)
    return switch self {
    case .silu: Float(x / (1 + exp(-x)))
    case .mish: Float(x * Foundation.tanh(log1p(exp(x))))
    default: Float(Foundation.tanh(x))
    }
  }
}
