import Kernels
import Tensors

/// The gated recurrent unit, as Keras's `GRU` (gates in the order z, r, h).
///
///     reset_after:   z, r = σ(a + e)   g = φ(a_h + r ⊙ e_h)   a = x·kernel + b, e = h·recurrent + d
///     otherwise:     z, r = σ(a + h·recurrent)   g = φ(a_h + (r ⊙ h)·recurrent_h)
///     h = z ⊙ h + (1 - z) ⊙ g
public struct GRU: Layer {
  /// Keras's name of the class.
  public static let className = "GRU"
  /// The layer's name.
  public var name: String?
  /// What recurrent layers have in common.
  public var options: RecurrentOptions
  /// What is applied to the gates z and r.
  public var recurrentActivation: Activation
  /// Whether the reset gate follows the recurrent product (Keras 3, TensorFlow 2) or precedes it.
  public var resetAfter: Bool

  /// A layer of `units` units with Keras's defaults; `configure` changes the other options.
  public init(
    _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid,
    returnSequences: Bool = false, resetAfter: Bool = true, name: String? = nil,
    configure: (inout RecurrentOptions) -> Void = { _ in }
  ) {
    options = RecurrentOptions(units: units, activation: activation)
    options.returnSequences = returnSequences
    configure(&options)
    self.recurrentActivation = recurrentActivation
    self.resetAfter = resetAfter
    self.name = name
  }

  /// Declares kernel, recurrent kernel and bias, and the walk over time.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let inputs = options.readable(inputs, &blueprint)
    let input = try options.check(inputs, stateCount: 1)
    let (units, width) = (options.units, 3 * options.units)
    let weights = RecurrentWeights(
      cell: "gru_cell", options, features: input.shape.features, gates: 3,
      biases: resetAfter ? 2 : 1, &blueprint)
    let bias = weights.bias
    let recurrence = try Recurrence(options, inputs: inputs, stateCount: 1, &blueprint)
    let split = options.recurrentDropout > 0
    let steps = recurrence.steps
    let inputProjection = GatedProjection(
      weights.kernel, bias: bias.map { Slot(offset: $0.offset, shape: [width]) },
      blocks: options.blocks(gates: 3, split: split), dropout: options.inputDropout(gates: 3),
      steps: steps, differentiable: input.gradient != nil,
      chooses: input.categories != nil, &blueprint)
    // Where the reset gate comes first, the last block's product waits for it.
    let recurrentBlocks =
      resetAfter || split
      ? options.blocks(gates: 3, split: split) : [0..<2 * units, 2 * units..<width]
    let recurrentBias = bias.map { Slot(offset: $0.offset + width, shape: [width]) }
    let recurrent = GatedProjection(
      weights.recurrent, bias: resetAfter ? recurrentBias : nil, blocks: recurrentBlocks,
      dropout: options.stateDropout(gates: 3), steps: steps, differentiable: true, &blueprint)
    let cell = GRUStep(options.activation, recurrentActivation, units: units, &blueprint)
    let sums = blueprint.scratch(perRow: steps * width)
    let gradients = (0..<2).map { _ in blueprint.scratch(perRow: units) }
    if resetAfter {
      blueprint.append(
        GRUResetAfterOperation(
          recurrence: recurrence, units: units, cell: cell, input: inputProjection,
          recurrent: recurrent, inputSums: sums,
          recurrentSums: blueprint.scratch(perRow: steps * width),
          hiddenGradient: gradients[0], previousGradient: gradients[1]))
    } else {
      blueprint.append(
        GRUResetBeforeOperation(
          recurrence: recurrence, units: units, cell: cell, input: inputProjection,
          recurrent: recurrent, gateBlocks: 0..<recurrentBlocks.count - 1, sums: sums,
          reset: blueprint.scratch(perRow: steps * units), hiddenGradient: gradients[0],
          previousGradient: gradients[1], resetGradient: blueprint.scratch(perRow: units)))
    }
    let parts: [(GateTrace.Part, Activation)] = [
      (.updateGate, recurrentActivation), (.resetGate, recurrentActivation),
      (.newValue, options.activation),
    ]
    blueprint.trace(
      recurrence.trace(
        Self.className,
        parts.enumerated().map { block, part in
          (
            part.0,
            GateTrace.Source(
              extent: sums, width: width, block: block,
              pending: part.1.readsInput ? part.1 : nil)
          )
        }))
    blueprint.count(flops: 2 * steps * width * (input.shape.features + units))
    return recurrence.outputs
  }
}
