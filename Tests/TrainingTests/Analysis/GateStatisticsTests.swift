import KerasFormat
import Networks
import Tensors
import TestSupport
import Testing

@testable import Training

/// What is counted of gates, and what a spike makes of units.
@Suite struct GateStatisticsTests {
  /// One unit whose gates follow its input alone: x = ±large or zero.
  private func probe() throws -> (model: TrainedModel, data: MemoryDataset) {
    let network = try Sequential(input: Shape([4, 1]), [LSTM(1, name: "one")]).network(rows: 8)
    let weights = Arena(count: network.parameterCount)
    // The input opens the input gate, closes the forget gate and leaves the output gate alone.
    for (place, value) in [Float(20), -20, 0, 0].enumerated() { weights.base[place] = value }
    let saved = SavedModel(
      description: ModelDescription(
        model: Sequential(input: Shape([4, 1]), [LSTM(1, name: "one")])),
      network: network, weights: weights)
    let inputs: [Float] = [1, 1, 1, 0, -1, -1, 0, 0]
    let data = try MemoryDataset(
      inputs: inputs, targets: [0, 0],
      shape: SampleShape(input: Shape([4, 1]), target: Shape([1])))
    return (try TrainedModel(saved, batchSize: 1), data)
  }

  @Test func gatesAreCounted() throws {
    let (model, data) = try probe()
    let statistics = try GateStatistics(of: model, on: data, rows: 10)
    #expect(statistics.rows == 2)
    let layer = try #require(statistics.layers.first)
    #expect(layer.name == "one" && layer.className == "LSTM" && layer.units == 1)
    #expect(layer.gates.map(\.part) == [.inputGate, .forgetGate, .outputGate, .output])
    let (input, forget, output) = (layer.gates[0], layer.gates[1], layer.gates[2])
    #expect(input.count == 8 && input.high == 3.0 / 8 && input.low == 2.0 / 8)
    #expect(forget.high == 2.0 / 8 && forget.low == 3.0 / 8)
    #expect(abs(input.mean - (3 + 3 * 0.5) / 8) < 1e-6)
    #expect(input.histogram == [2, 0, 0, 0, 0, 3, 0, 0, 0, 3])
    #expect(output.saturation == 0 && output.histogram[5] == 8)
    #expect(layer.gates[3].range == -1...1 && layer.gates[3].histogram.reduce(0, +) == 8)
    let first = try GateStatistics(of: model, on: data, rows: 1)
    #expect(first.rows == 1 && first.layers[0].gates[0].high == 3.0 / 4)
    #expect(statistics.json["layers"]?.array?[0]["gates"]?.array?[0]["symbol"] == "i")
  }

  @Test func maskedStepsDoNotCount() throws {
    let (model, data) = try probe()
    let layers: [any Layer] = [Masking(0), LSTM(1, name: "one")]
    let description = ModelDescription(model: Sequential(input: Shape([4, 1]), layers))
    let masked = SavedModel(
      description: description, network: try description.network(rows: 1),
      weights: model.saved.weights)
    let statistics = try GateStatistics(of: TrainedModel(masked, batchSize: 1), on: data)
    #expect(statistics.layers[0].gates[0].count == 5)
    #expect(statistics.layers[0].gates[0].high == 3.0 / 5)
  }

  @Test func statesAreThoseThatLayersReturn() throws {
    var model = Functional(name: "states")
    let x = model.input("x", Shape([5, 3]))
    let cells = StackedRNNCells([LSTMCell(LSTM(4)), GRUCell(GRU(2))])
    let y = model.call(RNN(cells) { $0.returnState = true }, x)
    model.outputs = (0...3).map { y.output($0) }
    let description = ModelDescription(model: model)
    let network = try description.network(rows: 4)
    let weights = Arena(count: network.parameterCount)
    network.initialize(weights, seed: 3)
    let trained = try TrainedModel(
      SavedModel(description: description, network: network, weights: weights), batchSize: 8)
    var random = SeededRandom(seed: 1)
    let data = try MemoryDataset(
      inputs: random.floats(6 * 15), targets: random.floats(6),
      shape: SampleShape(input: Shape([5, 3]), target: Shape([1])))
    var outputs: [[Float]] = []
    try trained.predict(data) { batch, rows in
      for row in 0..<batch.rows { outputs.append(Array(rows[row * 12..<(row + 1) * 12])) }
    }
    let states = try trained.finalStates(data)
    #expect(states.map(\.shape) == [[2, 6, 4], [1, 6, 2]])
    #expect(states.map(\.names) == [["h", "c"], ["h"]])
    #expect(states[0].values[0] == outputs.flatMap { Array($0[2..<6]) })
    #expect(states[0].values[1] == outputs.flatMap { Array($0[6..<10]) })
    #expect(states[1].values[0] == outputs.flatMap { Array($0[10..<12]) })
    let third = try trained.finalStates(data, rows: RowSet(2..<3, of: 6))
    #expect(third[0].values[1] == Array(outputs[2][6..<10]))
  }

  // MARK: Impulses

  /// Units hear themselves alone: each is what it is without the others.
  @Test(arguments: [0, 1, 2, 3])
  func randomUnitsAreApart(_ kind: Int) throws {
    let layers: [any RecurrentLayer] = [PeepholeLSTM(6), HandBuiltLSTM(6), GRU(6), SimpleRNN(6)]
    let spike = ImpulseResponse.Spike(steps: 12, place: 3, amplitude: 2)
    let response = try ImpulseResponse.random(layers[kind], seed: 4, spike: spike)
    #expect(response.units == 6)
    let again = try ImpulseResponse.random(layers[kind], seed: 4, spike: spike)
    #expect(response.csv == again.csv)
    let other = try ImpulseResponse.random(layers[kind], seed: 5, spike: spike)
    #expect(response.csv != other.csv)
    #expect(response.csv.split(separator: "\n").count == 1 + 12 * 6)
    let silent = try ImpulseResponse.random(
      layers[kind], seed: 4, spike: ImpulseResponse.Spike(steps: 12, place: 3, amplitude: 0))
    for unit in 0..<6 {
      let (loud, quiet) = (
        response.values(.output, unit: unit), silent.values(.output, unit: unit)
      )
      #expect(loud[..<3] == quiet[..<3] && loud[3] != quiet[3])
    }
  }

  /// The formulas of a peephole unit, from its own gates: what the state is, and that gates see it.
  @Test func peepholesAnswerByTheirFormulas() throws {
    let response = try ImpulseResponse.random(
      PeepholeLSTM(3, outputActivation: .linear), seed: 1)
    for unit in 0..<3 {
      let (i, f) = (
        response.values(.inputGate, unit: unit), response.values(.forgetGate, unit: unit)
      )
      let (g, o) = (
        response.values(.newValue, unit: unit), response.values(.outputGate, unit: unit)
      )
      let (c, h) = (
        response.values(.cellState, unit: unit), response.values(.output, unit: unit)
      )
      for step in 0..<30 {
        let before = step > 0 ? c[step - 1] : 0
        #expect(abs(c[step] - (f[step] * before + i[step] * g[step])) < 1e-5)
        #expect(abs(h[step] - o[step] * c[step]) < 1e-5)
      }
    }
  }

  @Test func trainedLayersAreFoundByName() throws {
    let layers: [any Layer] = [
      Bidirectional(GRU(3, returnSequences: true)), HandBuiltLSTM(4, name: "own"), Dense(1),
    ]
    let description = ModelDescription(model: Sequential(input: Shape([5, 2]), layers))
    let network = try description.network(rows: 1)
    let weights = Arena(count: network.parameterCount)
    network.initialize(weights, seed: 2)
    let saved = SavedModel(description: description, network: network, weights: weights)
    let first = try ImpulseResponse.of(saved)
    #expect(first.map(\.layer) == ["bidirectional/forward_gru"] && first[0].units == 3)
    #expect(first[0].parts == [.updateGate, .resetGate, .newValue, .output])
    let own = try ImpulseResponse.of(saved, layer: "own")
    #expect(own.map(\.className) == ["HandBuiltLSTM"] && own[0].units == 4)
    #expect(try ImpulseResponse.of(saved, layer: "backward_gru")[0].spike.steps == 30)
    #expect {
      try ImpulseResponse.of(saved, layer: "two")
    } throws: {
      "\($0)".contains("no recurrent layer 'two'; it has bidirectional/forward_gru, ")
    }
  }
}
