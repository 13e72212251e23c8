import Foundation
import Tensors

/// What the mean cross-entropy of class numbers says about a model of a text.
///
/// Computed from logits where the model ends in a softmax. Keras 3 has neither, so files for Keras do
/// without.
public struct LanguageMetric: NamedMetric {
  /// What becomes of the mean cross-entropy.
  public enum Kind: String, Sendable, CaseIterable {
    /// e to its power: among how many equally likely tokens the model could as well choose.
    case perplexity = "Perplexity"
    /// It over ln 2: the bits that a token takes when the model packs the text.
    case bitsPerCharacter = "BitsPerCharacter"
  }

  /// What becomes of the mean.
  public let kind: Kind
  /// The name of the class.
  public var className: String { kind.rawValue }
  /// The name, as it stands in histories.
  public var name: String
  private var entropy = SparseCategoricalCrossentropy()

  /// A metric under its usual name.
  public init(_ kind: Kind) {
    self.kind = kind
    name = snakeCase(kind.rawValue)
  }

  /// The shapes that the cross-entropy takes.
  public func targetShapes(for output: Shape) -> [Shape] { entropy.targetShapes(for: output) }

  /// The same of a softmax's input.
  public func fromLogits(of activation: Activation) -> (any Metric)? {
    guard activation == .softmax else { return nil }
    var metric = self
    metric.entropy.fromLogits = true
    return metric
  }

  /// Σ weight · cross-entropy and Σ weight.
  public var accumulators: Int { 2 }

  /// Adds one shard to the sums.
  public func accumulate(_ scoring: Scoring, into sums: UnsafeMutablePointer<Double>) {
    sums[0] += entropy.evaluate(scoring, gradient: nil)
    sums[1] += entropy.total(scoring, .weightedMean)
  }

  /// The value; that of a perfect model before anything was added.
  public func result(_ sums: UnsafePointer<Double>) -> Double {
    switch kind {
    case .perplexity: exp(mean(sums))
    case .bitsPerCharacter: mean(sums) / log(2)
    }
  }
}
