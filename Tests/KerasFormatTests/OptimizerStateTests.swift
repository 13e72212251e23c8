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
      numbers: OptimizerState.Numbers(
        iteration: 12, learningRate: 0.25,
        moments: Array(zip(moments, arenas)).map { (name: $0, arena: $1) }),
      model: "m", parameters: network.parameters)
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
    let back = try #require(
      try state.moments(names, of: network.parameters, count: network.parameterCount))
    #expect(back.map(\.values) == arenas.prefix(names.count).map(\.values))
  }

  @Test func aScheduleStoresNoRate() throws {
    let rate = scheduleConfig("ExponentialDecay", [("initial_learning_rate", 0.1)])
    let state = state("SGD", ["momentum"], rate: rate)
    #expect(state.variables.count == 4 && state.learningRate == nil && state.iteration == 12)
    let back = try #require(
      try state.moments(["momentum"], of: network.parameters, count: arenas[0].count))
    #expect(back[0].values == arenas[0].values)
  }

  @Test func parametersThatAreNotTrainedHaveNoMoments() throws {
    let trained = Array(network.parameters.suffix(1))
    let state = OptimizerState(
      className: "SGD", config: JSONObject(),
      numbers: OptimizerState.Numbers(
        iteration: 0, learningRate: 1, moments: [("momentum", arenas[1])]),
      model: "m", parameters: trained)
    #expect(state.variables.count == 3)
    let back = try #require(
      try state.moments(["momentum"], of: trained, count: arenas[1].count))
    #expect(back[0].values == [Float](repeating: 0, count: 9) + arenas[1].values.suffix(3))
  }

  // MARK: Other generations

  /// The parameters' shapes, and a variable of each with numbers that tell it apart.
  private func arrays(_ moment: String, _ first: Float) -> [OptimizerVariable] {
    network.parameters.enumerated().map { index, parameter in
      let values = (0..<parameter.slot.count).map { first + Float(index) + Float($0) / 100 }
      return OptimizerVariable(
        name: "\(parameter.path)/\(moment):0", shape: parameter.slot.shape,
        values: .floats(values))
    }
  }

  private func old(
    _ className: String, _ config: JSON, _ variables: [OptimizerVariable],
    _ keras: KerasGeneration = .keras2
  ) throws -> OptimizerState {
    let description: JSON = ["class_name": .string(className), "config": config]
    return try OptimizerState(config: description, variables: variables, by: keras)
  }

  private func scalar(_ name: String, _ values: OptimizerVariable.Values) -> OptimizerVariable {
    OptimizerVariable(name: name, shape: [], values: values)
  }

  /// Keras 2.2: all m, all v, and an array of one number for each v̂ that is not kept.
  @Test func keras2HasItsMomentsInRunsAndDummies() throws {
    let dummies = network.parameters.map { _ in
      OptimizerVariable(name: "vhat", shape: [1], values: .floats([0]))
    }
    let iterations = scalar("Adam/iterations:0", .integer(7))
    let state = try old(
      "Adam", ["lr": 0.1, "decay": 0.0],
      [iterations] + arrays("m", 100) + arrays("v", 200) + dummies)
    #expect(state.generation == .keras2 && state.iteration == 7 && state.learningRate == nil)
    let found = try #require(
      try state.moments(["momentum", "velocity"], of: network.parameters, count: 12))
    #expect(zip(found, [100, 200] as [Float]).allSatisfy { $0.values[6] == $1 + 1 })
    #expect(zip(found, [100, 200] as [Float]).allSatisfy { $0.values[0] == $1 })
  }

  /// Keras 2.2.4 does not count the updates of RMSprop; others keep momenta of SGD without need.
  @Test func someGenerationsKeepLessOrMore() throws {
    let rmsprop = try old("RMSprop", ["lr": 0.1], arrays("a", 300))
    #expect(rmsprop.iteration == nil)
    let velocity = try rmsprop.moments(["velocity"], of: network.parameters, count: 12)
    #expect(velocity?[0].values[11] == 302.02)
    let iteration = scalar("iteration:0", .integer(3))
    let sgd = try old(
      "Custom>SGD", ["name": "SGD", "use_ema": false, "is_legacy_optimizer": false],
      [iteration] + arrays("m", 1))
    #expect(sgd.className == "SGD" && sgd.generation == .tfKeras && sgd.iteration == 3)
    #expect(try sgd.moments([], of: network.parameters, count: 12)?.isEmpty == true)
    #expect(
      try sgd.moments(["momentum"], of: network.parameters, count: 12)?[0].values[0] == 1)
  }

  /// The legacy Nadam of tf.keras has its product behind the number of updates.
  @Test func productsOfMomentaArePassedOver() throws {
    let nadam = try old(
      "Nadam", ["name": "Nadam", "decay": 0.004],
      [scalar("iter", .integer(5)), scalar("cache", .floats([0.5]))] + arrays("m", 1)
        + arrays("v", 50))
    #expect(nadam.generation == .tfKerasLegacy && nadam.learningRate == nil)
    let found = try nadam.moments(["momentum", "velocity"], of: network.parameters, count: 12)
    #expect(found?[1].values[11] == 52.02)
  }

  @Test func keras1CountsInFloats() throws {
    let state = try old(
      "SGD", ["lr": 0.1], [scalar("Variable:0", .floats([41]))] + arrays("m", 1), .keras1)
    #expect(state.iteration == 41 && state.generation == .keras1)
    let back = try state.moments(["momentum"], of: network.parameters, count: 12)
    #expect(back?[0].values[0] == 1)
  }

  /// The wrapper for mixed precision has four numbers of its own.
  @Test func theLossScaleIsUnwrapped() throws {
    let inner = state("Adam", ["momentum", "velocity"])
    let own = ["iteration", "learning_rate", "step_counter", "dynamic_scale"].map {
      scalar($0, .floats([1]))
    }
    let config: JSON = [
      "inner_optimizer": ["class_name": "Adam", "config": .object(inner.config)],
      "initial_scale": 32768.0,
    ]
    let back = try old("LossScaleOptimizer", config, own + inner.variables, .keras3)
    #expect(back == inner)
  }

  /// Keras 3 counts batches, and has the sums of an update under way; averages stand before them.
  @Test func averagesAndAccumulatorsComeFirst() throws {
    let config = optimizerConfig(
      name: "lion", learningRate: 0.1,
      common: ["gradient_accumulation_steps": 4, "use_ema": true], options: [])
    let numbers = OptimizerState.Numbers(
      iteration: 3, learningRate: 0.1, moments: [("momentum", arenas[1]), ("average", arenas[2])])
    var state = OptimizerState(
      className: "Lion", config: config, numbers: numbers, model: "m",
      parameters: network.parameters)
    #expect(state.variables[0].values == .integer(12) && state.iteration == 3)
    #expect(
      order(state).dropFirst(2).map { String($0.split(separator: "_").last ?? "") } == [
        "average", "average", "average", "accumulator", "accumulator", "accumulator", "momentum",
        "momentum", "momentum",
      ])
    state.variables[0].values = .integer(14)
    #expect(state.iteration == 3 && state.pendingBatches == 2)
    let back = try state.moments(["momentum", "average"], of: network.parameters, count: 12)
    #expect(back?.map(\.values) == [arenas[1].values, arenas[2].values])
  }

  /// Adafactor keeps a mean for each row and column of a matrix; of a vector Keras 3 has two zeros.
  @Test(arguments: [OptimizerGeneration.keras3, .tfKeras])
  func factorsHaveTheirShapes(_ generation: OptimizerGeneration) throws {
    let names = ["r", "c", "velocity"]
    let numbers = OptimizerState.Numbers(
      iteration: 1, learningRate: 0.1, moments: Array(zip(names, arenas)).map { ($0, $1) })
    let state = OptimizerState(
      className: "Adafactor",
      config: optimizerConfig(
        name: "a", learningRate: 0.1, options: [], generation: generation),
      numbers: numbers, model: "m", parameters: network.parameters, generation: generation)
    let isKeras3 = generation == .keras3
    let expected: [[Int]] =
      [[2], [3], [2, 3]] + (isKeras3 ? [[], []] : []) + [[3], [3], [1], [3, 1]]
    #expect(state.variables.dropFirst(isKeras3 ? 2 : 1).map(\.shape) == expected)
    let back = try #require(try state.moments(names, of: network.parameters, count: 12))
    #expect(back[2].values == arenas[2].values && back[0].values[1] == arenas[0].values[1])
    #expect(back[1].values[2] == arenas[1].values[2] && back[1].values[3] == 0)
  }

  /// What tf.keras from 2.11 on reads back by position.
  @Test func tfKerasIsWrittenInItsOrder() {
    let config = optimizerConfig(
      name: "Adam", learningRate: 0.1, options: [("beta_1", 0.9)], generation: .tfKeras)
    let numbers = OptimizerState.Numbers(
      iteration: 2, learningRate: 0.1,
      moments: [("momentum", arenas[0]), ("velocity", arenas[1])])
    let state = OptimizerState(
      className: "Adam", config: config, numbers: numbers, model: "m",
      parameters: network.parameters, generation: .tfKeras)
    #expect(
      state.variables.map(\.name) == [
        "iteration:0", "Adam/m/dense/kernel:0", "Adam/v/dense/kernel:0", "Adam/m/dense/bias:0",
        "Adam/v/dense/bias:0", "Adam/m/dense_1/kernel:0", "Adam/v/dense_1/kernel:0",
      ])
    #expect(state.storedClassName == "Custom>Adam")
    #expect(config.keys.suffix(2) == ["learning_rate", "beta_1"])
  }

  @Test func anOptimizerThatWasNeverUsedHasNoMoments() throws {
    let state = try old(
      "Adam", ["learning_rate": 0.1],
      [scalar("iteration", .integer(0)), scalar("learning_rate", .floats([0.1]))], .keras3)
    #expect(try state.moments(["momentum"], of: network.parameters, count: 12) == nil)
    #expect(state.iteration == 0 && state.learningRate == 0.1)
  }

  @Test func whatDoesNotFitIsRefused() {
    let state = state("Adam", ["momentum", "velocity"])
    let error = #expect(throws: KerasFormatError.self) {
      try state.moments(["momentum"], of: network.parameters, count: network.parameterCount)
    }
    #expect(error?.description.contains("found 8 variables") == true)
    var other = state
    other.variables[2].shape = [3, 2]
    let shapes = #expect(throws: KerasFormatError.self) {
      try other.moments(
        ["momentum", "velocity"], of: network.parameters, count: network.parameterCount)
    }
    #expect(shapes?.description.contains("[3, 2]; expected [2, 3] of 'dense/kernel'") == true)
  }
}
