import Foundation
import HDF5
import KerasFormat
import Networks
import Tensors
import Testing

@Suite struct SavedModelTests {
  static let names = ["lstm_adam", "gru_rmsprop", "rnn_sgd", "schedule_adamw"]
  static let moments = [
    "lstm_adam": ["momentum", "velocity", "velocity_hat"],
    "gru_rmsprop": ["velocity", "momentum", "average_gradient"],
    "rnn_sgd": ["momentum"], "schedule_adamw": ["momentum", "velocity"],
  ]

  private func read(_ name: String) throws -> SavedModel {
    try SavedModel(reading: File(reading: Fixture.path(name)), rows: 5)
  }

  private func written(_ model: SavedModel) throws -> [UInt8] {
    let file = try NewFile(inMemory: "\(model.network.name) \(UUID())")
    try model.write(to: file)
    return try file.image()
  }

  @Test(arguments: names)
  func weightsAndPredictionsAreKeras(_ name: String) throws {
    let file = try File(reading: Fixture.path(name))
    let model = try read(name)
    #expect(model.description.model.name == name)
    #expect(model.weights.values == (try Fixture.floats("expected/flat", in: file)))
    let y = Fixture.predict(model, try Fixture.floats("expected/x", in: file))
    #expect(worstDifference(y, try Fixture.floats("expected/y", in: file)) < 1e-6)
  }

  @Test(arguments: names)
  func optimizersComeWithTheirMoments(_ name: String) throws {
    let model = try read(name)
    let state = try #require(model.optimizer)
    #expect(state.iteration == 3)
    #expect((state.learningRate == nil) == (name == "schedule_adamw"))
    let moments = try #require(
      try state.moments(
        Self.moments[name] ?? [], of: model.trainedParameters, count: model.weights.count))
    for arena in moments { #expect(arena.values.contains { $0 != 0 }) }
    // Squares are never negative, so a wrong order shows.
    for (arena, moment) in zip(moments, Self.moments[name] ?? [])
    where moment.hasPrefix("velocity") {
      #expect(arena.values.allSatisfy { $0 >= 0 })
    }
  }

  @Test func whatWasCompiledIsKnown() throws {
    let expected: [(String, String, [String])] = [
      ("lstm_adam", "mean_squared_error", ["mae"]),
      ("gru_rmsprop", "sparse_categorical_crossentropy", ["accuracy"]),
      ("rnn_sgd", "binary_crossentropy", []), ("schedule_adamw", "huber", []),
    ]
    for (name, loss, metrics) in expected {
      let training = try #require(try read(name).training)
      #expect(training.metricNames == metrics)
      #expect(try training.lossValue().name == loss)
    }
    let smoothed = try #require(try read("rnn_sgd").training).lossValue()
    #expect(smoothed as? BinaryCrossentropy == BinaryCrossentropy(labelSmoothing: 0.1))
  }

  @Test(arguments: names)
  func modelsSurviveARoundTrip(_ name: String) throws {
    let model = try read(name)
    let bytes = try written(model)
    let file = try File(bytes: bytes, name: "\(name) back")
    let back = try SavedModel(reading: file, rows: 5)
    #expect(back.weights.values == model.weights.values)
    #expect(back.optimizer == model.optimizer && back.training?.loss == model.training?.loss)
    #expect(back.description.batchSize == model.description.batchSize)
    #expect(try written(back) == bytes)
  }

  /// Names, order, shapes and configs as real Keras wrote them.
  @Test(arguments: names)
  func filesHaveTheShapeOfKerasOwn(_ name: String) throws {
    let theirs = try File(reading: Fixture.path(name))
    let ours = try File(bytes: try written(try read(name)), name: "\(name) ours")
    for path in ["model_weights", "optimizer_weights"] {
      for list in ["weight_names", "layer_names"] {
        let (mine, other) = (try strings(list, path, ours), try strings(list, path, theirs))
        #expect(mine == other)
      }
    }
    for layer in try strings("layer_names", "model_weights", ours) {
      let path = "model_weights/\(layer)"
      let weights = try strings("weight_names", path, ours)
      let others = try strings("weight_names", path, theirs)
      #expect(weights == others)
      for weight in weights {
        let mine = try ours.dataset("\(path)/\(weight)").shape
        let other = try theirs.dataset("\(path)/\(weight)").shape
        #expect(mine == other)
      }
    }
    for attribute in ["keras_version", "backend", "training_config"] {
      let mine = try ours.root.attributes.string(attribute)
      let other = try theirs.root.attributes.string(attribute)
      #expect(mine == other)
    }
  }

  private func strings(
    _ name: String, _ path: String, _ file: borrowing File
  ) throws -> [String] {
    try file.group(path).attributes.strings(name) ?? []
  }

  @Test func othersMayAddGroups() throws {
    let file = try NewFile(inMemory: "both")
    try read("lstm_adam").write(to: file)
    try file.write([1, 2, 3] as [Int], shape: [3], to: "lockstep/position")
    let back = try File(bytes: try file.image(), name: "both back")
    #expect(try SavedModel(reading: back).weights.count == 80)
    #expect(try back.dataset("lockstep/position").shape == [3])
  }

  @Test func mismatchesShowBothSides() throws {
    let stored = try StoredModel(readingTrusted: Fixture.bytes("lstm_adam"), name: "lstm.h5")
    let models: [(Sequential, String)] = [
      (
        Sequential(input: Shape([6, 2]), [LSTM(3), Dense(2), Dense(1)]),
        "dense (kernel [3, 2], bias [2]), dense_1 (kernel [2, 1], bias [1]); the file has lstm (kernel "
          + "[2, 12], recurrent_kernel [3, 12], bias [12]), dense (kernel [3, 2], bias [2])."
      ),
      (
        Sequential(input: Shape([6, 2]), [LSTM(4), Dense(2)]),
        "The layer 'lstm' has lstm_cell/kernel [2, 16], lstm_cell/recurrent_kernel [4, 16], "
          + "lstm_cell/bias [16]; the file's layer 'lstm' has kernel [2, 12], recurrent_kernel [3, 12]"
      ),
    ]
    for (model, expected) in models {
      let network = try model.network(rows: 1)
      let error = #expect(throws: KerasFormatError.self) {
        try WeightPlan(stored, for: network)
      }
      #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }
  }

  @Test func weightsAloneAreNoModel() throws {
    let file = try NewFile(inMemory: "weights")
    try file.setAttribute("layer_names", to: .names([]))
    let back = try File(bytes: try file.image(), name: "weights back")
    let error = #expect(throws: KerasFormatError.self) { try SavedModel(reading: back) }
    #expect(error?.description.contains("no attribute 'model_config'") == true)
  }
}
