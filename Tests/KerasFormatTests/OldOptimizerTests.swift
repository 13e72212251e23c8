import HDF5
import KerasFormat
import Networks
import Tensors
import Testing

/// States that real Keras 1 and 2 left in files, where the shared collection stands beside the checkout.
@Suite(.enabled(if: Fixture.shared("k224_lstm") != nil))
struct OldOptimizerTests {
  /// Three layers in the order of their models, with the names of each generation.
  private func network(_ names: [String]) throws -> Network {
    try Sequential(
      input: Shape([4, 3]),
      [
        LSTM(5, returnSequences: true, name: names[0]), LSTM(4, name: names[1]),
        Dense(2, name: names[2]),
      ]
    ).network(rows: 1)
  }

  private func state(_ name: String, _ keras: KerasGeneration) throws -> OptimizerState {
    let file = try File(reading: #require(Fixture.shared("\(name)/model.h5")))
    let text = try #require(try file.root.attributes.string("training_config"))
    let group = try file.group("optimizer_weights")
    let variables = try #require(try group.attributes.strings("weight_names")).map { name in
      let dataset = try group.dataset(name)
      return OptimizerVariable(
        name: name, shape: dataset.shape, values: .floats(try dataset.read(limit: 1 << 16)))
    }
    return try OptimizerState(
      config: #require(try JSON(parsing: text)["optimizer_config"]), variables: variables,
      by: keras)
  }

  @Test(arguments: [
    ("k224_lstm", KerasGeneration.keras2, OptimizerGeneration.keras2),
    ("tf213_lstm", .keras2, .tfKeras),
  ])
  func momentsOfKeras2(
    _ name: String, _ keras: KerasGeneration, _ generation: OptimizerGeneration
  ) throws {
    let network = try network(["lstm", "lstm_1", "dense"])
    let state = try state(name, keras)
    #expect(state.className == "Adam" && state.generation == generation)
    _ = try checked(state, network)
  }

  /// The moments of Adam; squares are never negative, so a wrong order shows.
  private func checked(_ state: OptimizerState, _ network: Network) throws -> [Arena] {
    #expect((state.iteration ?? 0) > 0)
    let moments = try #require(
      try state.moments(
        ["momentum", "velocity"], of: network.parameters, count: network.parameterCount))
    #expect(moments[1].values.allSatisfy { $0 >= 0 })
    #expect(moments[0].values.contains { $0 < 0 })
    return moments
  }

  /// Twelve arrays for an LSTM, sorted by name: `dense_1_W` comes before `lstm_1_U_c`.
  @Test func momentsOfKeras1() throws {
    let network = try Sequential(
      input: Shape([4, 3]),
      [
        LSTM(4, returnSequences: true, name: "lstm_1"), LSTM(3, name: "lstm_2"),
        Dense(2, name: "dense_1"),
      ]
    ).network(rows: 1)
    let state = try state("k122_lstm12", .keras1)
    let moments = try checked(state, network)[0]
    func values(_ name: String) throws -> [Float] {
      let variable = try #require(state.variables.first { $0.name == name })
      guard case .floats(let values) = variable.values else { return [] }
      return values
    }
    // The first arrays are those of the dense layer, then four by four of U in the order c f i o.
    let kernel = try #require(network.parameters.first { $0.path == "dense_1/kernel" })
    #expect(Array(moments[kernel.slot]) == (try values("Variable_5:0")))
    let recurrent = try #require(
      network.parameters.first { $0.path == "lstm_1/lstm_cell/recurrent_kernel" })
    let candidate = try values("Variable_7:0")
    for row in 0..<4 {
      for unit in 0..<4 {
        // Our columns are i f c o.
        let value = moments.base[recurrent.slot.offset + row * 16 + 8 + unit]
        #expect(value == candidate[row * 4 + unit])
      }
    }
  }
}
