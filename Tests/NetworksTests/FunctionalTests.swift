import Testing

@testable import Networks

/// Graphs: the order of layers, shared weights, values with several readers.
@Suite struct FunctionalTests {
  @Test func layersStandInKerasOrder() throws {
    var model = Functional(name: "order")
    let x = model.input("x", Shape([3]))
    let p = model.call(Dense(2, name: "p"), x)
    let q = model.call(Dense(2, name: "q"), x)
    let r = model.call(Dense(2, name: "r"), q)
    let (first, second) = (Joined(name: "joined"), Joined(name: "joined"))
    model.outputs = [model.call(first, p, r)]
    #expect(try layers(model) == ["q", "p", "r", "joined"])
    #expect(
      try model.network(rows: 1).parameters.map(\.object)
        == ["layers/dense", "layers/dense", "layers/dense_1", "layers/dense_1"]
        + ["layers/dense_2", "layers/dense_2"])
    model.outputs = [model.call(second, r, p)]
    #expect(try layers(model) == ["q", "r", "p", "joined"])
  }

  @Test func aSharedLayerHasItsWeightsOnce() throws {
    var model = Functional(name: "shared")
    let (x, y) = (model.input("x", Shape([4, 2])), model.input("y", Shape([4, 2])))
    let shared = model.add(LSTM(3, name: "encoder"))
    model.outputs = [
      model.call(Joined(name: nil), model.call(shared, x), model.call(shared, y))
    ]
    let network = try model.network(rows: 2)
    #expect(network.parameters.map(\.layer) == ["encoder", "encoder", "encoder"])
    #expect(network.summaries.map(\.name) == ["encoder", "joined"])
  }

  @Test func nestedModelsKeepTheirPaths() throws {
    let inner = Sequential(name: "inner", input: Shape([4, 2]), [LSTM(3), LSTM(2)])
    #expect(throws: NetworkError.self) { try inner.network(rows: 1) }
    let sound = Sequential(
      name: "inner", input: Shape([4, 2]), [LSTM(3, returnSequences: true), LSTM(2)])
    let model = Sequential(name: "outer", input: Shape([4, 2]), [sound, Dense(1), Dense(1)])
    let network = try model.network(rows: 1)
    #expect(
      network.parameters.map(\.path).filter { $0.hasSuffix("/kernel") } == [
        "inner/lstm/lstm_cell/kernel", "inner/lstm_1/lstm_cell/kernel", "dense/kernel",
        "dense_1/kernel",
      ])
    #expect(
      network.parameters.map(\.object).filter { $0.contains("lstm") }.last
        == "layers/sequential/layers/lstm_1/cell")
  }

  @Test func frozenLayersHoldInsideNestedModels() throws {
    let inner = Sequential(name: "inner", input: Shape([2]), [Dense(3)])
    var model = Sequential(input: Shape([2]), [inner, Dense(1)])
    model.frozen = ["inner"]
    let network = try model.network(rows: 1)
    #expect(network.parameters.map(\.isTrained) == [false, false, true, true])
    #expect(network.summaries.map(\.trained) == [0, 4])
  }

  @Test func aCircleIsRefused() {
    var model = Functional()
    let x = model.input("x", Shape([2]))
    let layer = model.add(Joined(name: nil))
    model.outputs = [model.call(layer, x, Functional.Tensor(.call(1)))]
    _ = model.call(layer, x, model.outputs[0])
    #expect(throws: NetworkError.self) { try model.network(rows: 1) }
  }

  private func layers(_ model: Functional) throws -> [String] {
    try model.network(rows: 1).summaries.map(\.name)
  }
}

/// x + y, so that graphs can be tested without the layers that merge.
struct Joined: Layer {
  static let className = "Joined"
  var name: String?

  func build(_ inputs: [Value], _ blueprint: inout Blueprint) throws(NetworkError) -> [Value] {
    guard inputs.count == 2, inputs[0].shape == inputs[1].shape else {
      throw NetworkError("two inputs of one shape are joined.")
    }
    let output = blueprint.value(inputs[0].shape, differentiable: true)
    blueprint.append(JoinedOperation(inputs: inputs, output: output))
    return [output]
  }
}

private struct JoinedOperation: Operation {
  let inputs: [Value]
  let output: Value

  func forward(_ pass: borrowing Pass) {
    let (x, y, sum) = (pass.matrix(inputs[0]), pass.matrix(inputs[1]), pass.matrix(output))
    for index in 0..<sum.count { sum.base[index] = x.base[index] + y.base[index] }
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output) else { return }
    for input in inputs {
      guard let dx = pass.gradient(input) else { continue }
      for index in 0..<dy.count { dx.base[index] = dy.base[index] }
    }
  }
}
