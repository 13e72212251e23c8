import Foundation
import KerasFormat
import Testing

@testable import Training

extension TrainingTests {
  /// What each token of a text costs.
  @Suite struct TextLossesTests {
    /// Step by step the model says what it says when whole batches of streams are scored.
    @Test func meansAreThoseOfEvaluation() throws {
      let probe = try SampledRunTests.Probe()
      let result = try probe.run("a")
      let text = probe.scratch.file("text.h5")
      let data = try TokenDataset(path: text, streams: 4, steps: 5)
      let model = try TrainedModel(path: result.path, input: data.shape.input)
      let loss = try #require(try model.evaluate(data).first { $0.name == "loss" }?.value)

      let ids = try Self.ids(text)
      let saved = try SavedModel(of: result.path)
      let count = try Vocabulary(path: text).count
      let stepper = try TokenStepper(saved.description, saved.network, vocabulary: count)
      stepper.load(saved.weights)
      let length = (ids.count - 1) / 4
      let used = data.count / 4 * 5
      var all: [Double] = []
      for stream in 0..<4 {
        let first = stream * length
        all += stepper.losses(of: Array(ids[first...first + used]))
      }
      #expect(all.count == data.count * 5)
      let mean = all.reduce(0, +) / Double(all.count)
      #expect(abs(mean - loss) < 1e-5)

      let whole = try TextLosses(run: probe.scratch.file("a"), recipe: probe.recipe, count: 200)
      #expect(whole.losses.count == 200 && !whole.isHeldOut && whole.vocabularyCount == count)
      #expect(whole.losses == stepper.losses(of: Array(ids[0...200])))
      let original = try String(contentsOfFile: probe.scratch.file("text.txt"), encoding: .utf8)
      #expect(original.hasPrefix("e" + whole.tokens.joined()))
    }

    @Test func documentsBeginAnew() throws {
      let probe = try SampledRunTests.Probe()
      let result = try probe.run("a")
      let text = probe.scratch.file("text.h5")
      let saved = try SavedModel(of: result.path)
      let stepper = try TokenStepper(
        saved.description, saved.network, vocabulary: try Vocabulary(path: text).count)
      stepper.load(saved.weights)
      let ids = Array(try Self.ids(text).prefix(30))
      let parted = stepper.losses(of: ids, documents: [10])
      #expect(Array(parted[10...]) == stepper.losses(of: Array(ids[10...])))
      #expect(Array(parted[..<10]) == Array(stepper.losses(of: ids)[..<10]))
      #expect(Array(parted[10...]) != Array(stepper.losses(of: ids)[10...]))
    }

    @Test func theTailIsWhatWasNotTrainedOn() throws {
      let probe = try SampledRunTests.Probe()
      var recipe = probe.recipe
      try recipe.set("data.validation_split", "0.25")
      _ = try Run(recipe, directory: probe.scratch.file("t")).train { _ in }
      let losses = try TextLosses(run: probe.scratch.file("t"), recipe: recipe)
      let original = try String(contentsOfFile: probe.scratch.file("text.txt"), encoding: .utf8)
      #expect(losses.isHeldOut && original.hasSuffix(losses.tokens.joined()))
      let share = Double(losses.tokens.count + 1) / Double(original.unicodeScalars.count)
      #expect(abs(share - 0.25) < 0.01)
    }

    @Test func otherDataIsRefused() throws {
      let probe = try RunProbe()
      try probe.run("r")
      #expect(throws: (any Error).self) {
        try TextLosses(run: probe.path("r"), recipe: probe.recipe)
      }
    }

    private static func ids(_ path: String) throws -> [Int] {
      let file = try TokenFile(path: path)
      return try file.ids(0..<file.count)
    }
  }
}
