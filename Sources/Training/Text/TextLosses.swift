import Foundation
import HDF5
import KerasFormat

/// How much each token of a text surprises a model: its loss, with all that came before it known.
public struct TextLosses: Sendable {
  /// The tokens as text, with what stands between them.
  public let tokens: [String]
  /// The loss of each, in nats.
  public let losses: [Double]
  /// How many entries the vocabulary has.
  public let vocabularyCount: Int
  /// Whether the model was not trained on this part of the text.
  public let isHeldOut: Bool

  /// The mean loss.
  public var mean: Double { losses.reduce(0, +) / Double(max(losses.count, 1)) }

  /// Has the model of a run read what it was validated with, or the beginning of what it was trained
  /// on where it was not validated.
  ///
  /// - Parameters:
  ///   - run: the run's directory.
  ///   - recipe: its recipe.
  ///   - count: how many tokens at most.
  /// - Throws: a sentence when the data is no text, or the model none of tokens.
  public init(run: String, recipe: Recipe, count: Int = 3000) throws {
    let data = recipe.data
    let file = try TokenFile(path: data.validation ?? data.train)
    let kept = try data.split(seed: 0).rows(of: file.count, name: file.name).training.count
    isHeldOut = data.validation != nil || kept < file.count
    let first = data.validation == nil && kept < file.count ? kept : 0
    // The first token has nothing before it to be told from.
    let range = first..<min(first + count + 1, file.count)
    let ids = try file.ids(range)
    let vocabulary = try Vocabulary(path: file.name)
    let saved = try SavedModel(of: TrainedModel.file(of: run))
    let stepper = try TokenStepper(
      saved.description, saved.network, vocabulary: vocabulary.count)
    stepper.load(saved.weights)
    let starts = Set(file.documents(in: range).map { $0 - first })
    losses = stepper.losses(of: ids, documents: starts)
    tokens = ids.dropFirst().map { id in
      (vocabulary.entries.indices.contains(id) ? vocabulary.entries[id] : "\u{FFFD}")
        + vocabulary.separator
    }
    vocabularyCount = vocabulary.count
  }
}

extension TokenFile {
  /// Some tokens.
  func ids(_ range: Range<Int>) throws -> [Int] {
    var numbers = [Float](repeating: 0, count: range.count)
    try numbers.withUnsafeMutableBufferPointer { numbers in
      guard let base = numbers.baseAddress else { return }
      try copy(range, by: 0, of: 1, to: base)
    }
    return numbers.map { Int($0) }
  }
}

extension TokenStepper {
  /// The loss of every token but the first: minus the logarithm of what its softmax gives it.
  ///
  /// - Parameters:
  ///   - ids: the tokens.
  ///   - documents: places in `ids` at which everything before is forgotten.
  /// - Returns: one loss fewer than there are tokens.
  func losses(of ids: [Int], documents: Set<Int> = []) -> [Double] {
    let states = states()
    let count = network.outputs[0].shape.count
    return zip(ids, ids.dropFirst()).enumerated().map { place, pair in
      if documents.contains(place) { states.reset() }
      let logits = UnsafeBufferPointer(start: step(pair.0, states), count: count)
      let most = logits.max() ?? 0
      let sum = logits.reduce(0.0) { $0 + Foundation.exp(Double($1 - most)) }
      return Foundation.log(sum) - Double(logits[pair.1] - most)
    }
  }
}
