import KerasFormat
import Networks
import Tensors
import Testing

@Suite struct OptimizerStateTests {
  private let network: Network
  private let arenas: [Arena]

  init() throws {
    let model = Sequential(name: "m", input: Shape([2]), [Dense(3), Dense(1, useBias: false)])
    let network = try model.network(rows: 1)
    self.network = network
    arenas = (0..<3).map { number in
      let arena = Arena(count: network.parameterCount)
      for index in 0..<arena.count { arena.base[index] = Float(100 * number + index) }
      return arena
    }
  }

  private func state(
    _ className: String, _ moments: [String], rate: JSON = 0.25
  ) -> OptimizerState {
    OptimizerState(
      className: className,
      config: optimizerConfig(name: snakeCase(className), learningRate: rate, options: []),
      iteration: 12, learningRate: 0.25, model: "m", parameters: network.parameters,
      moments: Array(zip(moments, arenas)).map { (name: $0, arena: $1) })
  }

  private func order(_ state: OptimizerState) -> [String] {
    state.variables.map { String($0.name.split(separator: "/")[1]) }
  }

  @Test func adamInterleavesItsFirstTwoMoments() {
    let names = ["momentum", "velocity", "velocity_hat"]
    let expected =
      ["iteration", "learning_rate"] + [
        "m_dense_kernel_momentum", "m_dense_kernel_velocity", "m_dense_bias_momentum",
        "m_dense_bias_velocity", "m_dense_1_kernel_momentum", "m_dense_1_kernel_velocity",
        "m_dense_kernel_velocity_hat", "m_dense_bias_velocity_hat", "m_dense_1_kernel_velocity_hat",
      ]
    #expect(order(state("Adam", names)) == expected)
    #expect(order(state("AdamW", names)) == expected)
  }

  @Test func rmspropKeepsItsMomentsInRuns() {
    #expect(
      order(state("RMSprop", ["velocity", "momentum"])) == [
        "iteration", "learning_rate", "m_dense_kernel_velocity", "m_dense_bias_velocity",
        "m_dense_1_kernel_velocity", "m_dense_kernel_momentum", "m_dense_bias_momentum",
        "m_dense_1_kernel_momentum",
      ])
    #expect(order(state("SGD", [])) == ["iteration", "learning_rate"])
  }

  @Test(arguments: [
    ("Adam", ["momentum", "velocity", "velocity_hat"]), ("Adam", ["momentum", "velocity"]),
    ("RMSprop", ["velocity", "momentum", "average_gradient"]), ("SGD", ["momentum"]), ("SGD", []),
  ])
  func momentsComeBack(_ className: String, _ names: [String]) throws {
    let state = state(className, names)
    #expect(state.iteration == 12 && state.learningRate == 0.25)
    let back = try state.moments(names, of: network.parameters, count: network.parameterCount)
    #expect(back.map(\.values) == arenas.prefix(names.count).map(\.values))
  }

  @Test func aScheduleStoresNoRate() throws {
    let rate = scheduleConfig("ExponentialDecay", [("initial_learning_rate", 0.1)])
    let state = state("SGD", ["momentum"], rate: rate)
    #expect(state.variables.count == 4 && state.learningRate == nil && state.iteration == 12)
    let back = try state.moments(["momentum"], of: network.parameters, count: arenas[0].count)
    #expect(back[0].values == arenas[0].values)
  }

  @Test func parametersThatAreNotTrainedHaveNoMoments() throws {
    let trained = Array(network.parameters.suffix(1))
    let state = OptimizerState(
      className: "SGD", config: JSONObject(), iteration: 0, learningRate: 1, model: "m",
      parameters: trained, moments: [("momentum", arenas[1])])
    #expect(state.variables.count == 3)
    let back = try state.moments(["momentum"], of: trained, count: arenas[1].count)
    #expect(back[0].values == [Float](repeating: 0, count: 9) + arenas[1].values.suffix(3))
  }

  @Test func whatDoesNotFitIsRefused() {
    let state = state("Adam", ["momentum", "velocity"])
    let error = #expect(throws: KerasFormatError.self) {
      try state.moments(["momentum"], of: network.parameters, count: network.parameterCount)
    }
    #expect(error?.description.contains("found 6 variables") == true)
    var other = state
    other.variables[2].shape = [3, 2]
    let shapes = #expect(throws: KerasFormatError.self) {
      try other.moments(
        ["momentum", "velocity"], of: network.parameters, count: network.parameterCount)
    }
    #expect(shapes?.description.contains("[3, 2]; expected [2, 3] of 'dense/kernel'") == true)
  }
}
