import Foundation
import HDF5
import Networks
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  /// Sequences of their own length: reading, batches in buckets, and training on them.
  @Suite struct SequenceRunTests {
    private let folder: ScratchDirectory
    private let lengths: [Int]
    private let steps: [[Float]]

    /// Ninety sequences of 1 to 12 steps of two features, most of them short.
    init() throws {
      folder = try ScratchDirectory()
      var random = SeededRandom(seed: 12)
      let lengths = random.floats(90, in: 0...1).map { 1 + Int($0 * $0 * 11.99) }
      self.lengths = lengths
      steps = lengths.map { random.floats($0 * 2) }
    }

    /// The mean of each sequence's first feature, and a class for each step.
    private var means: [Float] {
      steps.map { row in
        let first = stride(from: 0, to: row.count, by: 2).map { row[$0] }
        return first.reduce(0, +) / Float(first.count)
      }
    }
    private var classes: [[Float]] {
      steps.map { row in stride(from: 0, to: row.count, by: 2).map { row[$0] > 0 ? 1 : 0 } }
    }

    private func padded(_ rows: [[Float]], width: Int, to steps: Int, with value: Float) -> [Float]
    {
      rows.flatMap { $0 + Array(repeating: value, count: steps * width - $0.count) }
    }

    private func write(flat: Bool, targets: String = "mean") throws -> String {
      let path = folder.file(flat ? "flat-\(targets).h5" : "padded-\(targets).h5")
      let (count, total) = (lengths.count, lengths.reduce(0, +))
      let file = try NewFile(inMemory: path)
      try file.write(lengths.map { Int64($0) }, shape: [count], to: "/lengths")
      let longest = lengths.max() ?? 0
      if flat {
        try file.write(steps.flatMap(\.self), shape: [total, 2], to: "/x")
      } else {
        // What lies behind the end must not matter.
        try file.write(
          padded(steps, width: 2, to: longest, with: .nan), shape: [count, longest, 2], to: "/x")
      }
      if targets == "mean" {
        try file.write(means, shape: [count, 1], to: "/y")
      } else if flat {
        try file.write(classes.flatMap(\.self), shape: [total], to: "/y")
      } else {
        try file.write(
          padded(classes, width: 1, to: longest, with: 7), shape: [count, longest], to: "/y")
      }
      try Data(try file.image()).write(to: URL(fileURLWithPath: path))
      return path
    }

    private func batches(_ dataset: SequenceDataset, _ settings: DataSettings) throws -> [[Float]] {
      let batches = try BatchSource(dataset, settings: settings).prefetch(epochs: 1)
      var found: [[Float]] = []
      while let loan = try batches.next() {
        let batch = loan.batch
        found.append(
          Array(batch.inputs.values.prefix(batch.rows * dataset.shape.inputCount))
            + batch.targets.values.prefix(batch.rows * dataset.shape.targetCount)
            + batch.weights.values.prefix(batch.rows * dataset.shape.weights))
      }
      return found
    }

    @Test(arguments: ["mean", "classes"]) func bothFormsAreTheSame(_ targets: String) throws {
      let flat = try SequenceDataset(path: write(flat: true, targets: targets))
      let padded = try SequenceDataset(path: write(flat: false, targets: targets))
      #expect(flat.count == 90 && flat.lengths == lengths)
      #expect(flat.shape == padded.shape && flat.shape.longest == lengths.max())
      for memory in [1 << 20, 4000] {
        let settings = DataSettings.with {
          $0.memory = memory
          $0.batchSize = 8
          $0.seed = 4
        }
        #expect(try batches(flat, settings) == batches(padded, settings))
      }
    }

    /// Every row once, batches of similar length in an order that seed and epoch decide.
    @Test(arguments: [1 << 20, 4000]) func bucketsAreOfSimilarLength(_ memory: Int) throws {
      let dataset = try SequenceDataset(path: write(flat: true))
      let settings = DataSettings.with {
        $0.memory = memory
        $0.batchSize = 8
        $0.buckets = 4
      }
      let order = try BatchSource(dataset, settings: settings).order
      let buckets = try #require(order.buckets)
      #expect(buckets.bounds == buckets.bounds.sorted() && buckets.bounds.last == lengths.max())
      let epochs = (0..<3).map { order.epoch($0).rows }
      for rows in epochs { #expect(rows.sorted() == Array(0..<90)) }
      #expect(epochs[0] != epochs[1] && epochs[0] == order.epoch(0).rows)
      let waste = buckets.waste(epochs[0], batchSize: 8)
      #expect(waste < buckets.waste(Array(0..<90), batchSize: 8) && waste > 0)
      if memory > 4000 { #expect(waste < 0.4) }
      let batches = stride(from: 0, to: 88, by: 8).map { first in
        epochs[0][first..<first + 8].map { lengths[$0] }.max() ?? 0
      }
      #expect(batches != batches.sorted(), "long and short ones in no order")
    }

    static let models = [
      "mean": """
      - LSTM: {units: 5, return_sequences: true}
      - GRU: {units: 4}
      - Dense: {units: 1}
      """,
      "classes": """
      - Bidirectional: {layer: {class_name: LSTM, config: {units: 3, return_sequences: true}}}
      - Dense: {units: 2, activation: softmax}
      """,
    ]

    private func probe(_ targets: String, buckets: Int, flat: Bool = true) throws -> RunProbe {
      var probe = try RunProbe(layers: Self.models[targets] ?? "")
      let loss = targets == "mean" ? "mse" : "sparse_categorical_crossentropy"
      for (key, value) in [
        ("data.train", try write(flat: flat, targets: targets)), ("data.buckets", "\(buckets)"),
        ("data.validation_split", "0.2"), ("training.loss", loss), ("training.shards", "2"),
        ("training.metrics", targets == "mean" ? "[mae]" : "[accuracy]"),
        ("training.optimizer", "{Adam: {learning_rate: 0.02}}"),
      ] { try probe.recipe.set(key, value) }
      return probe
    }

    /// Classification and regression; stopped and resumed; and evaluated afterwards.
    @Test(arguments: ["mean", "classes"]) func runsOnThem(_ targets: String) throws {
      let probe = try probe(targets, buckets: 4)
      var epochs: [EpochFacts] = []
      var warnings: [String] = []
      let whole = try probe.run("whole", workers: 2) {
        if case .epoch(let facts) = $0 { epochs.append(facts) }
        if case .warning(let text) = $0 { warnings.append(text) }
      }
      #expect(warnings.contains { $0.contains("of the steps that are computed are padding") })
      #expect(epochs[2].metrics[0].value < epochs[0].metrics[0].value)
      try probe.run("parts", steps: 13)
      #expect(try probe.run("parts", workers: 2, resumes: true).fingerprint == whole.fingerprint)
      let flat = try self.probe(targets, buckets: 4, flat: false).run("padded")
      #expect(flat.fingerprint == whole.fingerprint)
      let (model, data) = try TrainedModel.open(whole.path, on: probe.recipe.data.train)
      let rows = RowSet(72..<90, of: 90)
      let scores = try model.evaluate(data, rows: rows)
      let expected = try #require(epochs[2].metrics.first { $0.name == "val_loss" }?.value)
      #expect(abs(scores[0].value - expected) < 1e-5)
    }

    /// The same batches with all padding and a mask give the same sums.
    @Test(arguments: ["mean", "classes"]) func shorterNetworksComputeTheSame(
      _ targets: String
    ) throws {
      let probe = try probe(targets, buckets: 4)
      let dataset = try SequenceDataset(path: probe.recipe.data.train)
      let model = try probe.recipe.sequential(input: dataset.shape.input)
      let plan = try ShardPlan(batchSize: 9, shards: 2)
      let whole = try model.network(rows: plan.shardRows, masksInputs: true)
      let objective = try probe.recipe.objective(
        output: whole.outputs[0].shape, target: dataset.shape.target)
      func trainer(_ shorter: [Network]) throws -> Trainer {
        try Trainer(
          whole, shape: dataset.shape, objective: objective, optimizer: SGD(),
          settings: EngineSettings(plan: plan), workers: Workers(1), shorter: shorter)
      }
      let shorter = try [2, 4, 7].map { steps in
        var short = model
        short.input = Shape([steps, 2])
        return try short.network(rows: plan.shardRows, masksInputs: true)
      }
      let (plain, bucketed) = (try trainer([]), try trainer(shorter))
      let source = try BatchSource(dataset, settings: .with { $0.batchSize = 9 })
      let batches = source.prefetch(epochs: 1)
      while let loan = try batches.next() {
        let one = try plain.gradient(of: loan.batch).values.map { Double($0) }
        let other = try bucketed.gradient(of: loan.batch).values.map { Double($0) }
        #expect(largestDifference(one, other) < 1e-6)
        #expect(abs(plain.scores.values[0] - bucketed.scores.values[0]) < 1e-6)
      }
    }

    /// A mask from lengths is that of Keras's Masking, wherever padding is what it leaves out.
    @Test func lengthsAreAMask() throws {
      let dataset = try SequenceDataset(path: write(flat: true))
      let layers: [any Layer] = [LSTM(4), Dense(1)]
      let plan = try ShardPlan(batchSize: 90, shards: 1)
      let batch = Batch(dataset.shape, capacity: 90)
      try dataset.read(rows: 0..<90, into: batch.memory(from: 0))
      (batch.rows, batch.rowNumbers) = (90, Array(0..<90))
      func gradient(_ layers: [any Layer], masksInputs: Bool) throws -> [Double] {
        let model = Sequential(input: dataset.shape.input, layers)
        let trainer = try Trainer(
          model.network(rows: 90, masksInputs: masksInputs), shape: dataset.shape,
          objective: Objective(MeanSquaredError()), optimizer: SGD(),
          settings: EngineSettings(plan: plan), workers: Workers(1))
        return try trainer.gradient(of: batch).values.map { Double($0) }
      }
      let masked = try gradient(layers, masksInputs: true)
      #expect(try gradient([Masking(0)] + layers, masksInputs: false) == masked)
      #expect(try gradient(layers, masksInputs: false) != masked)
    }

    @Test func refusals() throws {
      let path = folder.file("wrong.h5")
      func sentence(_ lengths: [Int64], rows: Int) throws -> String {
        let file = try NewFile(inMemory: path)
        try file.write(lengths, shape: [lengths.count], to: "/lengths")
        try file.write(
          [Float](repeating: 0, count: rows * 8), shape: [rows, 4, 2], to: "/x")
        try file.write([Float](repeating: 0, count: rows), shape: [rows], to: "/y")
        try Data(try file.image()).write(to: URL(fileURLWithPath: path))
        return failure { _ = try SequenceDataset(path: path) }?.description ?? ""
      }
      #expect(try sentence([1, 2, 5], rows: 3).contains("expected 5"))
      #expect(try sentence([1, 0, 4], rows: 3).contains("has the length 0 in row 1"))
      #expect(try sentence([1, 4], rows: 3).contains("tells of 2 sequences with 5 steps in all"))
      var probe = try probe("mean", buckets: 4)
      try probe.recipe.set("model.layers", "[{Flatten: {}}, {Dense: {units: 1}}]")
      #expect(failure { try probe.run("a") }?.description.contains("data.buckets to 1") == true)
      try probe.recipe.set("data.buckets", "1")
      try probe.run("b")
    }
  }
}
