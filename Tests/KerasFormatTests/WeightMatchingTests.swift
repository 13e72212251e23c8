import KerasFormat
import Networks
import Tensors
import Testing

/// How arrays of every generation find their places.
@Suite struct WeightMatchingTests {
  private func array(_ name: String, _ shape: [Int], from start: Int) -> StoredArray {
    let count = shape.reduce(1, *)
    return StoredArray(
      name: name, shape: shape, values: (start..<start + count).map { Float($0) })
  }

  private func file(_ layers: [(String, [StoredArray])], version: String? = nil) -> StoredModel {
    var stored = StoredModel(name: "w.h5", layout: .legacyWeights)
    stored.layers = layers.map { StoredLayer(name: $0.0, weights: $0.1) }
    stored.kerasVersion = version
    return stored
  }

  private func network(_ layers: [any Layer], features: Int = 2) throws -> Network {
    try Sequential(input: Shape([4, features]), layers).network(rows: 1)
  }

  private func values(_ weights: Arena, _ network: Network, _ index: Int) -> [Float] {
    Array(weights[network.parameters[index].slot])
  }

  @Test func gatesOfKeras1AreJoined() throws {
    // One unit, two features: W_i U_i b_i, then c, f, o.
    let gates = ["i", "c", "f", "o"].enumerated().flatMap { number, gate in
      [
        array("W_\(gate)", [2, 1], from: 10 * number + 1),
        array("U_\(gate)", [1, 1], from: 10 * number + 3),
        array("b_\(gate)", [1], from: 10 * number + 4),
      ]
    }
    let network = try network([LSTM(1)])
    let weights = try WeightPlan(file([("lstm_1", gates)]), for: network).weights()
    #expect(values(weights, network, 0) == [1, 21, 11, 31, 2, 22, 12, 32])
    #expect(values(weights, network, 1) == [3, 23, 13, 33])
    #expect(values(weights, network, 2) == [4, 24, 14, 34])
  }

  @Test func kernelsOfCuDNNAreRefilled() throws {
    let stored = file([
      (
        "cu_dnnlstm_1",
        [
          array("kernel", [3, 8], from: 0), array("recurrent_kernel", [2, 8], from: 100),
          array("bias", [16], from: 200),
        ]
      )
    ])
    let network = try network([LSTM(2)], features: 3)
    let weights = try WeightPlan(stored, for: network).weights()
    // The first gate's block in a row is 0 1 8 9 16 17: columns 0 1 8 and 9 16 17.
    let kernel = values(weights, network, 0)
    #expect(
      [0, 8, 16].map { kernel[$0] } == [0, 1, 8] && [1, 9, 17].map { kernel[$0] } == [9, 16, 17])
    #expect(values(weights, network, 1)[0..<2] == [100, 108])
    #expect(values(weights, network, 2)[0..<2] == [408, 410])
    let gru = try self.network([GRU(2)], features: 3)
    let cells = [
      array("k", [3, 6], from: 0), array("r", [2, 6], from: 0), array("b", [12], from: 50),
    ]
    let found = try WeightPlan(file([("g", cells)]), for: gru).weights()
    #expect(values(found, gru, 2) == (50..<62).map { Float($0) })
    let before = try self.network([GRU(2, resetAfter: false)], features: 3)
    #expect(throws: KerasFormatError.self) { try WeightPlan(file([("g", cells)]), for: before) }
  }

  private func dense(_ name: String, _ inputs: Int, _ units: Int, from start: Int) -> (
    String, [StoredArray]
  ) {
    (
      name,
      [
        array("\(name)/kernel:0", [inputs, units], from: start),
        array("\(name)/bias:0", [units], from: start + inputs * units),
      ]
    )
  }

  @Test func layersArePairedByNameOnlyIfAllFit() throws {
    let model = try network([Dense(2, name: "a"), Dense(2, name: "b")])
    let swapped = file([dense("b", 2, 2, from: 0), dense("a", 2, 2, from: 10)])
    let weights = try WeightPlan(swapped, for: model).weights()
    #expect(values(weights, model, 0)[0] == 10 && values(weights, model, 2)[0] == 0)
    let renamed = file([dense("x", 2, 2, from: 0), dense("b", 2, 2, from: 10)])
    #expect(values(try WeightPlan(renamed, for: model).weights(), model, 2)[0] == 10)
  }

  @Test func namesMatchWhatIsThereAndReportTheRest() throws {
    let model = try network([Dense(3, name: "a"), Dense(2, name: "b")])
    let stored = file([dense("b", 3, 2, from: 50), dense("z", 1, 1, from: 0)])
    let plan = try WeightPlan(stored, for: model, matching: WeightMatching(.names))
    #expect(values(plan.weights(), model, 2)[0] == 50)
    #expect(values(plan.weights(), model, 0).contains { $0 != 0 }, "the rest has its start")
    #expect(plan.skipped.count == 2)
    #expect(plan.skipped[0].contains("'a' is not in the file"))
    #expect(plan.skipped[1].contains("'z' is not in the model"))
  }

  @Test func whatDoesNotFitMayBeSkipped() throws {
    let model = try network([Dense(3, name: "a"), Dense(2, name: "b")])
    let stored = file([dense("a", 2, 4, from: 0), dense("b", 3, 2, from: 50)])
    #expect(throws: KerasFormatError.self) { try WeightPlan(stored, for: model) }
    let plan = try WeightPlan(stored, for: model, matching: WeightMatching(skipsMismatch: true))
    #expect(plan.skipped.count == 1 && values(plan.weights(), model, 2)[0] == 50)
  }

  @Test func orderIgnoresLayers() throws {
    let model = try network([Dense(3), Dense(2)])
    let all = dense("x", 2, 3, from: 0).1 + dense("y", 3, 2, from: 50).1
    let plan = try WeightPlan(
      file([("all", all)]), for: model, matching: WeightMatching(.order))
    #expect(values(plan.weights(), model, 2)[0] == 50)
  }

  @Test func mismatchesProposeWhatFits() throws {
    let model = try network([Dense(3, name: "a"), Dense(2, name: "b")])
    func sentence(_ layers: [(String, [StoredArray])]) -> String {
      do {
        _ = try WeightPlan(file(layers), for: model)
        return "none"
      } catch { return error.description }
    }
    let (x, y) = (dense("x", 2, 3, from: 0), dense("y", 3, 2, from: 0))
    #expect(sentence([y, x]).contains("By shape alone these fit: a ← x, b ← y"))
    #expect(sentence([y, x]).contains("The model has a (kernel [2, 3], bias [3]), b (kernel"))
    #expect(sentence([y, x]).contains("the file has y (kernel:0 [3, 2], bias:0 [2]), x"))
    #expect(sentence([x]).contains("'--skip-mismatch'"))
    #expect(sentence([]).contains("it holds none"))
  }

  @Test func objectsAreFoundByPathsOrByNames() throws {
    let model = try network([Dense(2, name: "a"), Dense(2, name: "b")])
    var stored = StoredModel(name: "w.weights.h5", layout: .weights3)
    for (number, key) in ["dense", "dense_1"].enumerated() {
      stored.variables += [
        array("layers/\(key)/vars/0", [2, 2], from: 10 * number),
        array("layers/\(key)/vars/1", [2], from: 10 * number + 4),
      ]
    }
    stored.names = ["layers/dense": "b", "layers/dense_1": "a"]
    let plain = try WeightPlan(stored, for: model).weights()
    #expect(values(plain, model, 0)[0] == 0 && values(plain, model, 2)[0] == 10)
    let named = try WeightPlan(stored, for: model, matching: WeightMatching(.names)).weights()
    #expect(values(named, model, 0)[0] == 10 && values(named, model, 2)[0] == 0)
    stored.names = [:]
    // tf.keras counts layers with weights twice.
    for index in 2..<4 {
      let array = stored.variables[index]
      stored.variables[index] = StoredArray(
        name: array.name.replacing("dense_1", with: "dense_2"), shape: array.shape,
        values: array.values)
    }
    #expect(values(try WeightPlan(stored, for: model).weights(), model, 2)[0] == 10)
    stored.variables.removeLast()
    #expect(throws: KerasFormatError.self) { try WeightPlan(stored, for: model) }
  }

  @Test(arguments: [([6], false, "2.4.0"), ([2, 6], true, "2.2.4"), ([12], true, "2.2.4")])
  func biasesSayWhereGRUsReset(_ bias: [Int], _ isAfter: Bool, _ version: String) throws {
    var stored = file(
      [
        (
          "gru",
          [
            array("k", [3, 6], from: 0), array("r", [2, 6], from: 0), array("b", bias, from: 0),
          ]
        )
      ], version: version)
    stored.config = #"""
      {"class_name": "Sequential", "config": {"layers": [{"class_name": "GRU",
       "config": {"units": 2, "batch_input_shape": [null, 4, 3]}}]}}
      """#
    let gru = try #require(try SavedModel(stored).description.model.layers.first as? GRU)
    #expect(gru.resetAfter == isAfter)
  }

  @Test func inputsThatNoConfigSaysComeFromTheFirstKernel() throws {
    var stored = file([
      (
        "lstm",
        [
          array("k", [7, 8], from: 0), array("r", [2, 8], from: 0), array("b", [8], from: 0),
        ]
      )
    ])
    stored.config = #"""
      {"class_name": "Sequential",
       "config": {"layers": [{"class_name": "LSTM", "config": {"units": 2}}]}}
      """#
    stored.kerasVersion = "2.4.0"
    let model = try SavedModel(stored)
    #expect(model.description.openInputs == [Shape([0, 7])])
    #expect(try SavedModel(stored, inputs: [Shape([9, 7])]).network.inputs[0].shape.steps == 9)
  }
}
