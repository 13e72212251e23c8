import Foundation
import Testing

@testable import Training

extension TrainingTests {
  /// Runs on texts: what they do with streams, states and mistakes.
  @Suite struct StreamRunTests {
    static let layers = """
      - Embedding: {input_dim: 7, output_dim: 4}
      - LSTM: {units: 5, stateful: true, return_sequences: true, dropout: 0.1}
      - GRU: {units: 4, stateful: true, return_sequences: true}
      - Dense: {units: 7, activation: softmax}
      """

    /// A run on a text of 400 tokens, in batches of three streams: 13 windows of ten steps.
    private func probe(
      _ data: String = "steps: 10", epochs: Int = 2, layers: String = StreamRunTests.layers,
      text: StreamText = StreamText(400, documents: [0, 150, 151, 333])
    ) throws -> RunProbe {
      var probe = try RunProbe(data: data, layers: layers)
      try text.write(probe.scratch.file("text.h5"))
      for (key, value) in [
        ("data.train", probe.scratch.file("text.h5")), ("training.batch_size", "3"),
        ("training.epochs", "\(epochs)"),
        ("training.loss", "sparse_categorical_crossentropy"),
        ("training.metrics", "[accuracy, perplexity, bits_per_character]"),
      ] { try probe.recipe.set(key, value) }
      return probe
    }

    static let variants = [
      "steps: 10", "steps: 10\ngradient_steps: 4\nvalidation_split: 0.2",
      "steps: 10\ngradient_steps: 25", "steps: 10\nmemory: 2 kB\nprefetch: 1",
    ]

    /// Stopped anywhere, with any number of workers, the streams go on where they were.
    @Test(arguments: variants) func resumesInTheMiddleOfAnEpoch(_ data: String) throws {
      var probe = try self.probe(data)
      try probe.recipe.set("training.shards", "2")
      let whole = try probe.run("whole", workers: 2)
      #expect(whole.step == (data.contains("split") ? 20 : 26))
      var steps = 0
      var result = try probe.run("parts", steps: 1)
      while result.reason == .reachedSteps {
        steps = result.step + 1 + result.step % 3
        result = try probe.run("parts", steps: steps, workers: 1 + steps % 3, resumes: true)
      }
      #expect(result.fingerprint == whole.fingerprint && result.reason == whole.reason)
      #expect(try probe.history("parts") == probe.history("whole"))
      #expect(try probe.weights(probe.path("parts/model.h5")) == probe.weights(whole.path))
    }

    /// As after a kill: from every checkpoint, with the states of its moment.
    @Test func goesOnFromEveryCheckpoint() throws {
      var probe = try self.probe()
      try probe.recipe.set("training.checkpoint.every_steps", "1")
      try probe.recipe.set("training.checkpoint.keep_last", "100")
      let whole = try probe.run("whole", workers: 2)
      let names = try probe.checkpoints("whole").filter { $0.hasPrefix("step-") }
      #expect(names.count == whole.step)
      for name in names.enumerated().filter({ $0.offset % 4 == 1 }).map(\.element) {
        let copy = "from-\(name)"
        try FileManager.default.copyItem(atPath: probe.path("whole"), toPath: probe.path(copy))
        for other in names where other > name {
          try FileManager.default.removeItem(atPath: probe.path("\(copy)/checkpoints/\(other)"))
        }
        let result = try probe.run(copy, workers: 1, resumes: true)
        #expect(result.fingerprint == whole.fingerprint)
      }
    }

    /// What is carried from window to window makes the model better, and each epoch begins anew.
    @Test func perplexityIsThatOfTheLoss() throws {
      let probe = try self.probe(
        "steps: 10\nvalidation_split: 0.25", epochs: 3)
      var epochs: [EpochFacts] = []
      var plan: RunPlan?
      var warnings: [String] = []
      let result = try probe.run("a") { event in
        switch event {
        case .epoch(let facts): epochs.append(facts)
        case .started(let started): plan = started
        case .warning(let text): warnings.append(text)
        default: break
        }
      }
      #expect(plan?.baselines["val_loss"]?.value == 1.5)
      #expect(plan?.rows == 3 * 9 && plan?.validationRows == 3 * 3)
      #expect(warnings.count == 1 && warnings[0].contains("29 tokens"), "\(warnings)")
      for epoch in epochs {
        let values = Dictionary(uniqueKeysWithValues: epoch.metrics.map { ($0.name, $0.value) })
        for prefix in ["", "val_"] {
          let loss = try #require(values["\(prefix)loss"])
          #expect(abs(try #require(values["\(prefix)perplexity"]) - exp(loss)) < 1e-5)
          #expect(
            abs(try #require(values["\(prefix)bits_per_character"]) - loss / log(2)) < 1e-6)
        }
      }
      let losses = epochs.map { $0.metrics[0].value }
      #expect(losses[2] < losses[0])
      // A checkpoint is a model of Keras's metrics alone, and can be scored on the text.
      let (model, data) = try TrainedModel.open(result.path, on: probe.scratch.file("text.h5"))
      let scores = try model.evaluate(data, metrics: ["perplexity"])
      #expect(abs(scores[1].value - exp(scores[0].value)) < 1e-4 && scores[0].value < 2)
    }

    static let others = [
      """
      - Embedding: {input_dim: 7, output_dim: 5}
      - LSTM: {units: 5, stateful: true, return_sequences: true}
      - Dense: {units: 7, activation: softmax, tied_to: embedding}
      """,
      """
      - CategoryEncoding: {num_tokens: 7, output_mode: one_hot}
      - GRU: {units: 5, stateful: true, return_sequences: true}
      - Dense: {units: 7, activation: softmax}
      """,
    ]

    /// Tied and one-hot models are saved and go on as others do.
    @Test(arguments: others) func otherInputsAndOutputs(_ layers: String) throws {
      let probe = try self.probe(epochs: 4, layers: layers)
      var losses: [Double] = []
      let whole = try probe.run("whole") {
        if case .epoch(let facts) = $0 { losses.append(facts.metrics[0].value) }
      }
      #expect(losses[3] < losses[0])
      try probe.run("parts", steps: 19)
      #expect(try probe.run("parts", resumes: true).fingerprint == whole.fingerprint)
      let (model, data) = try TrainedModel.open(whole.path, on: probe.scratch.file("text.h5"))
      #expect(model.fingerprint == whole.fingerprint)
      let loss = try model.evaluate(data)[0].value
      #expect(abs(loss - losses[3]) < 0.1, "\(loss)")
      #expect(try Recipe(yaml: probe.recipe.yaml).model == probe.recipe.model)
    }

    @Test func tablesOfOtherSizesAreRefused() throws {
      for (old, new, expected) in [
        ("units: 7", "units: 6", "need an Embedding of 6 vectors of 5 numbers"),
        ("tied_to: embedding", "tied_to: table", "no Embedding of that name"),
      ] {
        let probe = try self.probe(layers: Self.others[0].replacing(old, with: new))
        #expect(failure { try probe.run("a") }?.description.contains(expected) == true)
      }
    }

    @Test func saysWhereStatesDoNotGoOn() throws {
      let layers = """
        - Embedding: {input_dim: 7, output_dim: 4}
        - LSTM: {units: 5, return_sequences: true}
        - Dense: {units: 7, activation: softmax}
        """
      var warnings: [String] = []
      try probe(epochs: 1, layers: layers).run("a") {
        if case .warning(let text) = $0 { warnings.append(text) }
      }
      #expect(warnings.contains { $0.hasPrefix("No layer of the model is stateful") })
    }

    @Test func refusals() throws {
      func sentence(_ data: String, layers: String = StreamRunTests.layers) throws -> String {
        let probe = try self.probe(data, layers: layers)
        return failure { try probe.run("a") }?.description ?? ""
      }
      #expect(try sentence("shuffle: true").contains("data.shuffle is true"))
      #expect(try sentence("steps: 300").contains("cannot cut 400 tokens"))
      #expect(
        try sentence("validation_split: 0.2\nvalidation_from: random").contains("only the tail"))
      #expect(
        try sentence("steps: 5", layers: Self.layers.replacing("units: 7", with: "units: 6"))
          .contains("Set the units of the last layer to 7"))
      let probe = try self.probe()
      try StreamText(90, vocabulary: 6).write(probe.scratch.file("other.h5"))
      var other = probe
      try other.recipe.set("data.validation", probe.scratch.file("other.h5"))
      #expect(failure { try other.run("a") }?.description.contains("6 entries") == true)
      try other.recipe.set("data.validation", probe.scratch.file("data.h5"))
      #expect(failure { try other.run("a") }?.description.contains("holds no text") == true)
    }
  }
}
