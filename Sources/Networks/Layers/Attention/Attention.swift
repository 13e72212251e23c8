import Kernels
import Tensors

/// Dot-product or additive attention (Luong's, Bahdanau's), as Keras's `Attention`: inputs are query
/// [Tq, F], value [Tv, D] and, where it is not the value, key [Tv, F].
public struct Attention: Layer {
  /// Keras's name of the class.
  public static let className = "Attention"
  /// The layer's name.
  public var name: String?
  /// Whether scores are scaled by a trained number.
  public var useScale: Bool
  /// How a query and a key make a score.
  public var scoreMode: ScoreMode
  /// The share of attention weights that is dropped while training.
  public var dropout: Double
  /// Whether a query sees only the values up to its own place.
  public var isCausal: Bool

  /// How a query and a key make a score, under Keras's names.
  public enum ScoreMode: String, Sendable, CaseIterable {
    /// Σ q · k
    case dot
    /// Σ tanh(q + k)
    case concat
  }

  /// An attention layer, with Keras's defaults.
  public init(
    useScale: Bool = false, scoreMode: ScoreMode = .dot, dropout: Double = 0,
    isCausal: Bool = false, name: String? = nil
  ) {
    self.useScale = useScale
    self.scoreMode = scoreMode
    self.dropout = dropout
    self.isCausal = isCausal
    self.name = name
  }

  /// Declares the scales, the scores and the output [Tq, D].
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    guard inputs.count == 2 || inputs.count == 3 else {
      throw NetworkError(
        "Attention takes query, value and perhaps a key, and got \(inputs.count) inputs.")
    }
    try DropoutMask.check(dropout, "dropout")
    for input in inputs { try input.checkSequence(Self.className) }
    let key = inputs.count == 3 ? inputs[2] : inputs[1]
    guard key.shape.features == inputs[0].shape.features, key.shape.steps == inputs[1].shape.steps
    else {
      throw NetworkError(
        "a query of \(inputs[0].shape), a value of \(inputs[1].shape) and a key of \(key.shape) "
          + "do not fit together.")
    }
    let scale = useScale ? blueprint.parameter("scale", [], Ones()) : nil
    let weight =
      scoreMode == .concat ? blueprint.parameter("concat_score_weight", [], Ones()) : nil
    let differentiable =
      scale != nil || weight != nil || inputs.contains { $0.gradient != nil }
    let output = blueprint.value(
      Shape([inputs[0].shape.steps, inputs[1].shape.features]), differentiable: differentiable,
      mask: inputs[0].mask)
    let copies = inputs.map { BatchMajorCopy($0, [0, 1], needsGradient: true, &blueprint) }
    let scores = inputs[0].shape.steps * inputs[1].shape.steps
    blueprint.append(
      AttentionOperation(
        copies: copies,
        output: BatchMajorCopy(output, [0, 1], needsGradient: true, &blueprint), scale: scale,
        weight: weight, scores: blueprint.scratch(perRow: scores),
        weights: blueprint.scratch(perRow: scores), kept: blueprint.scratch(perRow: scores),
        dropout: dropout > 0 ? DropoutMask(columns: scores, rate: dropout, &blueprint) : nil,
        isCausal: isCausal))
    blueprint.count(flops: 2 * scores * (key.shape.features + inputs[1].shape.features))
    return [output]
  }
}
