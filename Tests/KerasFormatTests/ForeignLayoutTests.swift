import KerasFormat
import Networks
import Tensors
import Testing

/// The layouts that are not Keras's, looked at byte by byte.
@Suite struct ForeignLayoutTests {
  private func saved(_ layers: [any Layer]) throws -> SavedModel {
    let description = ModelDescription(
      model: Sequential(name: "m", input: Shape([5, 3]), layers))
    let network = try description.network(rows: 1)
    let weights = Arena(count: network.parameterCount)
    for index in 0..<weights.count { weights.base[index] = Float(index) }
    return SavedModel(description: description, network: network, weights: weights)
  }

  /// The tensors of a safetensors file.
  private func tensors(_ bytes: [UInt8]) throws -> [String: (shape: [Int], values: [Float])] {
    let length = bytes[..<8].enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    #expect(length % 8 == 0)
    let text = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    var found: [String: (shape: [Int], values: [Float])] = [:]
    for (name, entry) in try JSON(parsing: text).object?.pairs ?? [] where name != "__metadata__" {
      let shape = try #require(entry["shape"]?.array).compactMap(\.int)
      let range = try #require(entry["data_offsets"]?.array).compactMap(\.int)
      let data = bytes[(8 + length + range[0])..<(8 + length + range[1])]
      let values = Array(data).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
      #expect(values.count == shape.reduce(1, *) && entry["dtype"] == "F32")
      found[name] = (shape, values)
    }
    return found
  }

  @Test func lstmsAreTurnedForPyTorch() throws {
    let model = try saved([LSTM(2), Dense(1)])
    let found = try tensors(try model.bytes(.safetensors))
    #expect(
      Set(found.keys) == [
        "lstm.weight_ih_l0", "lstm.weight_hh_l0", "lstm.bias_ih_l0", "lstm.bias_hh_l0",
        "dense.weight", "dense.bias",
      ])
    // kernel [3, 8] counts from 0, so output o has o, o + 8, o + 16.
    let kernel = try #require(found["lstm.weight_ih_l0"])
    #expect(kernel.shape == [8, 3] && kernel.values[3..<6] == [1, 9, 17])
    #expect(found["lstm.weight_hh_l0"]?.shape == [8, 2])
    #expect(found["lstm.bias_ih_l0"]?.values == (40..<48).map { Float($0) })
    #expect(found["lstm.bias_hh_l0"]?.values == [Float](repeating: 0, count: 8))
    #expect(found["dense.weight"]?.values == [48, 49] && found["dense.bias"]?.values == [50])
  }

  @Test func gatesOfGRUsAreReordered() throws {
    let found = try tensors(try saved([GRU(2)]).bytes(.safetensors))
    // Columns z z r r h h become rows r r z z n n.
    let kernel = try #require(found["gru.weight_ih_l0"])
    #expect(stride(from: 0, to: 18, by: 3).map { kernel.values[$0] } == [2, 3, 0, 1, 4, 5])
    // kernel 18, recurrent kernel 12: the biases begin at 30 and 36.
    #expect(found["gru.bias_ih_l0"]?.values == [32, 33, 30, 31, 34, 35])
    #expect(found["gru.bias_hh_l0"]?.values == [38, 39, 36, 37, 40, 41])
  }

  @Test func directionsAndStacksHaveNamesOfTheirOwn() throws {
    let model = try saved([
      Bidirectional(LSTM(2, returnSequences: true), name: "b"),
      RNN(StackedRNNCells([LSTMCell(LSTM(2)), LSTMCell(LSTM(3))]), name: "s"),
    ])
    let names = try tensors(try model.bytes(.safetensors)).keys.filter { $0.contains("weight_ih") }
    #expect(
      Set(names) == [
        "b.weight_ih_l0", "b.weight_ih_l0_reverse", "s.weight_ih_l0", "s.weight_ih_l1",
      ])
  }

  @Test func whatPyTorchLacksIsRefused() throws {
    for (layer, expected) in [
      (LSTM(2, recurrentActivation: .hardSigmoid) as any Layer, "recurrent_activation"),
      (LSTM(2, activation: .relu), "has activation 'relu'"),
      (GRU(2, resetAfter: false), "resets its state before the product"),
    ] {
      let model = try saved([layer])
      let error = #expect(throws: KerasFormatError.self) { try model.bytes(.safetensors) }
      #expect(error?.description.contains(expected) == true)
    }
  }

  @Test func numPyFindsArraysUnderTheirPaths() throws {
    let bytes = try saved([Dense(2, name: "d")]).bytes(.numpy)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(bytes.starts(with: Array("PK".utf8)) && text.contains("d/kernel.npy"))
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2,), }"
    #expect(text.contains(header) && text.contains("'shape': (2,), }"))
    #expect(try saved([Dense(2, name: "d")]).bytes(.numpy) == bytes)
  }
}
