import Foundation
import HDF5
import KerasFormat
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  /// Runs on texts: the vocabulary travels with the model, and samples leave no trace.
  @Suite struct SampledRunTests {
    struct Probe {
      let scratch: ScratchDirectory
      let recipe: Recipe

      init(_ training: String = "", level: Vocabulary.Level = .char) throws {
        scratch = try ScratchDirectory()
        let text = String(repeating: "el niño vio la luna. la luna vio al niño ", count: 12)
        try Data(text.utf8).write(to: URL(fileURLWithPath: scratch.file("text.txt")))
        var conversion = TextConversion(TextSource(paths: [scratch.file("text.txt")]))
        (conversion.level, conversion.cleaning) = (level, level == .word ? .tutorial : .none)
        let count = try conversion.write(to: scratch.file("text.h5"))[0].vocabulary.count
        recipe = try Recipe(
          yaml: """
            model:
              layers:
                - Embedding: {input_dim: \(count), output_dim: 5}
                - LSTM: {units: 6, return_sequences: true, stateful: true, dropout: 0.1}
                - Dense: {units: \(count), activation: softmax}
            data: {train: \(scratch.file("text.h5")), steps: 5}
            training:
              loss: sparse_categorical_crossentropy
              optimizer: {Adam: {learning_rate: 0.02}}
              batch_size: 4
              epochs: 2
              seed: 3
            \(training)
            """)
      }

      func run(
        _ name: String, steps: Int? = nil, resumes: Bool = false,
        _ report: (RunEvent) -> Void = { _ in }
      ) throws -> RunResult {
        var options = Run.Options()
        (options.steps, options.resumes) = (steps, resumes)
        options.workers = Workers(2)
        return try Run(recipe, directory: scratch.file(name), options: options).train(report)
      }

      func log(_ name: String, _ event: String) throws -> [JSON] {
        let text = try String(contentsOfFile: scratch.file("\(name)/log.jsonl"), encoding: .utf8)
        return try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
          .filter { $0["event"]?.string == event }
      }
    }

    static let samples =
      "  samples: {every_steps: 5, primes: [\"la luna\", \"\"], length: 12, top_k: 4}"

    @Test func samplesChangeNothing() throws {
      let plain = try Probe().run("a")
      let probe = try Probe(Self.samples + "\n  smoothed_loss: true\n  log_every_steps: 1")
      var samples: [SampleFacts] = []
      let result = try probe.run("a") { if case .sample(let facts) = $0 { samples.append(facts) } }
      #expect(result.fingerprint == plain.fingerprint && result.step == plain.step)
      #expect(samples.count == result.step / 5 * 2)
      #expect(samples.allSatisfy { $0.text.hasPrefix($0.prime) })
      #expect(samples[0].text.unicodeScalars.count == "la luna".count + 12)
      #expect(samples[1].text.unicodeScalars.count == 13)
      #expect(
        Set(samples.map(\.text)).count > samples.count / 2, "the model and the numbers differ")
      #expect(try probe.log("a", "sample").map { $0["text"]?.string } == samples.map(\.text))
      #expect(try probe.log("a", "step").count == result.step)
    }

    @Test func smoothedLossFollowsTheBatches() throws {
      let probe = try Probe("  smoothed_loss: true\n  log_every_steps: 1")
      let whole = try probe.run("a")
      let steps = try probe.log("a", "step")
      let classes = Double(try Vocabulary(path: probe.scratch.file("text.h5")).count)
      var expected = log(classes)
      for step in steps {
        expected = 0.999 * expected + 0.001 * (try #require(step["loss"]?.double))
        let found = try #require(step["smoothed_loss"]?.double)
        #expect(abs(found - expected) < 1e-12)
      }
      _ = try probe.run("b", steps: 7)
      #expect(try probe.run("b", resumes: true).fingerprint == whole.fingerprint)
      let last = try probe.log("b", "step").last?["smoothed_loss"]?.double
      #expect(last == steps.last?["smoothed_loss"]?.double, "it goes on where it stopped")
    }

    @Test func theVocabularyTravels() throws {
      let probe = try Probe()
      let result = try probe.run("a", steps: 9)
      let vocabulary = try Vocabulary(path: probe.scratch.file("text.h5"))
      #expect(try Vocabulary(path: probe.scratch.file("a")) == vocabulary)
      let own = try TextGenerator(path: probe.scratch.file("a"))
      #expect(own.vocabulary == vocabulary)
      // A copy by Keras's layout has none, and takes it from the text.
      var saved = try SavedModel(path: result.path)
      saved.optimizer = nil
      try AtomicFile.write([try saved.bytes(.legacy)], to: probe.scratch.file("copy.h5"))
      let said = sentence { _ = try TextGenerator(path: probe.scratch.file("copy.h5")) }
      #expect(said.contains("--vocabulary"), "\(said)")
      let copy = try TextGenerator(path: probe.scratch.file("copy.h5"), vocabulary: vocabulary)
      for generator in [own, copy] {
        let (ids, expected) = try (Self.ids(generator), Self.ids(own))
        #expect(ids.count == 30 && ids == expected)
      }
    }

    static func ids(_ generator: TextGenerator) throws -> [Int] {
      var ids: [Int] = []
      try generator.generate(after: generator.prime("la "), length: 30, seed: 5) { id in
        ids.append(id)
        return true
      }
      return ids
    }

    @Test func wordsOfTheTutorial() throws {
      let probe = try Probe(
        "  samples: {every_steps: 2, primes: [\"La LUNA, quiet\"], length: 3}", level: .word)
      var (samples, warnings): ([SampleFacts], [String]) = ([], [])
      _ = try probe.run("a", steps: 2) { event in
        switch event {
        case .sample(let facts): samples.append(facts)
        case .warning(let text): warnings.append(text)
        default: break
        }
      }
      #expect(samples.map(\.prime) == ["la luna <unk>"])
      #expect(samples[0].text.split(separator: " ").count == 6)
      #expect(samples[0].text.split(separator: " ").filter { $0 == "<unk>" }.count == 1)
      #expect(warnings.contains { $0.contains("the word 'quiet'") }, "\(warnings)")
    }

    @Test(arguments: [
      ("  samples: {primes: [\"xyz\"]}", "the characters 'x', 'y', 'z'"),
      ("  samples: {every_steps: 0}", "every_steps"),
      ("  samples: {top_p: 2}", "top_p"),
      ("  samples: {prime: a}", "did you mean 'primes'"),
      ("  log_every_steps: -1", "from 0 on, or auto"),
    ])
    func refusals(_ training: String, _ expected: String) {
      let said = sentence { _ = try Probe(training).run("a") }
      #expect(said.contains(expected), "\(said)")
    }

    @Test func idsThatMeanSomethingElse() throws {
      let probe = try Probe()
      let path = try probe.run("a", steps: 3).path
      var recipe = probe.recipe
      recipe.model.source = .file(path)
      var conversion = TextConversion(TextSource(paths: [probe.scratch.file("b.txt")]))
      try Data("uvwxyz".utf8).write(to: URL(fileURLWithPath: probe.scratch.file("b.txt")))
      recipe.data.train = probe.scratch.file("b.h5")
      _ = try conversion.write(to: recipe.data.train)
      let said = sentence { _ = try Vocabulary.of(recipe) }
      #expect(said.contains("--vocabulary \(path)"), "\(said)")
      conversion.vocabulary = try Vocabulary(path: path)
      try Data("la luna".utf8).write(to: URL(fileURLWithPath: probe.scratch.file("b.txt")))
      _ = try conversion.write(to: recipe.data.train)
      #expect(try Vocabulary.of(recipe) == conversion.vocabulary)
    }

    @Test func samplesNeedText() throws {
      let said = sentence { try RunProbe("samples: {every_steps: 1}").run("a") }
      #expect(said.contains("the data is no text"), "\(said)")
    }

    @Test func recipesComeBack() throws {
      let recipe = try Probe(Self.samples + "\n  log_every_steps: 0").recipe
      #expect(try Recipe(yaml: recipe.yaml).training == recipe.training)
      #expect(recipe.training.logEverySteps == 0 && recipe.training.samples?.options.topK == 4)
    }
  }
}
