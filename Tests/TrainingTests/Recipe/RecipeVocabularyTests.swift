import Foundation
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  /// The word `vocabulary` in recipes.
  @Suite struct RecipeVocabularyTests {
    private let yaml = """
      model:
        layers:
          - Embedding: {input_dim: vocabulary, output_dim: 3, name: vocabulary}
          - LSTM: {units: 4, return_sequences: true}
          - Dense: {units: vocabulary}
      data: {train: text.h5}
      training: {loss: sparse_categorical_crossentropy}
      """

    @Test func standsForTheEntriesOfTheText() throws {
      let scratch = try ScratchDirectory()
      try Data("abcabd".utf8).write(to: URL(fileURLWithPath: scratch.file("text.txt")))
      _ = try TextConversion(TextSource(paths: [scratch.file("text.txt")]))
        .write(to: scratch.file("text.h5"))
      let recipe = try Recipe(yaml: yaml, folder: scratch.path)
      guard case .layers(let layers) = recipe.model.source else {
        Issue.record("no layers")
        return
      }
      #expect(layers[0].options["input_dim"] == .int(4))
      #expect(layers[0].options["name"] == .string("vocabulary"))
      #expect(layers[1].options["units"] == .int(4) && layers[2].options["units"] == .int(4))
      // What is written has the number, so it needs the text no more.
      #expect(try Recipe(yaml: recipe.yaml) == recipe)
    }

    @Test func needsAText() throws {
      let scratch = try ScratchDirectory()
      let missing = sentence { _ = try Recipe(yaml: yaml, folder: scratch.path) }
      #expect(missing.contains(scratch.file("text.h5")), "\(missing)")
      let none = sentence {
        _ = try Recipe(yaml: yaml.replacingOccurrences(of: "{train: text.h5}", with: "{}"))
      }
      #expect(none.contains("data.train names no text"), "\(none)")
    }
  }
}
