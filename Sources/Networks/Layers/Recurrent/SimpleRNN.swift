import Kernels
import Tensors

/// The fully connected recurrent layer, as Keras's `SimpleRNN`: h = φ(x·kernel + h·recurrent + bias).
public struct SimpleRNN: Layer {
  /// Keras's name of the class.
  public static let className = "SimpleRNN"
  /// The layer's name.
  public var name: String?
  /// What recurrent layers have in common.
  public var options: RecurrentOptions

  /// A layer of `units` units with Keras's defaults; `configure` changes the other options.
  public init(
    _ units: Int, activation: Activation = .tanh, returnSequences: Bool = false,
    name: String? = nil, configure: (inout RecurrentOptions) -> Void = { _ in }
  ) {
    options = RecurrentOptions(units: units, activation: activation)
    options.returnSequences = returnSequences
    configure(&options)
    self.name = name
  }

  /// Declares kernel, recurrent kernel and bias, and the walk over time.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let inputs = options.readable(inputs, &blueprint)
    let input = try options.check(inputs, stateCount: 1)
    let units = options.units
    let weights = RecurrentWeights(
      cell: "simple_rnn_cell", options, features: input.shape.features, gates: 1, &blueprint)
    let recurrence = try Recurrence(options, inputs: inputs, stateCount: 1, &blueprint)
    let steps = recurrence.steps
    let mask = options.dropout == 0 ? 0 : 1
    blueprint.append(
      SimpleRNNOperation(
        recurrence: recurrence, activation: options.activation, units: units,
        input: GatedProjection(
          weights.kernel, bias: weights.bias, blocks: [0..<units], dropout: (options.dropout, mask),
          steps: steps, differentiable: input.gradient != nil,
          chooses: input.categories != nil, &blueprint),
        recurrent: GatedProjection(
          weights.recurrent, bias: nil, blocks: [0..<units],
          dropout: options.stateDropout(gates: 1),
          steps: steps, differentiable: true, &blueprint),
        sums: blueprint.scratch(perRow: steps * units),
        hiddenGradient: blueprint.scratch(perRow: units)))
    blueprint.trace(recurrence.trace(Self.className, []))
    blueprint.count(flops: 2 * steps * units * (input.shape.features + units))
    return recurrence.outputs
  }
}

struct SimpleRNNOperation: Operation {
  let recurrence: Recurrence
  let activation: Activation
  let units: Int
  let input: GatedProjection
  let recurrent: GatedProjection
  /// The pre-activations, then their gradients, [T·rows, units].
  let sums: Extent
  let hiddenGradient: Extent

  func forward(_ pass: borrowing Pass) {
    let z = pass.scratch(sums, columns: units)
    recurrence.walk(input, recurrent, into: z, pass, joining: true) { step in
      let sum = recurrence.rows(step, of: z, pass)
      recurrence.addState(step, input, recurrent, to: sum, pass)
      let h = recurrence.output(step, pass)
      activation.apply(sum, into: h)
      recurrence.mask(step, pass)?.hold(recurrence.previous(step, pass), in: h)
    }
    recurrence.finish(pass) { _, step in recurrence.output(step, pass) }
  }

  func backward(_ pass: borrowing Pass) {
    let dz = pass.scratch(sums, columns: units)
    let dh = pass.scratch(hiddenGradient, columns: units)
    recurrence.walkBack(input, dz, pass) { step in
      if step < recurrence.steps - 1 {
        recurrence.propagate(step + 1, recurrent, dz, to: dh, pass)
      }
      recurrence.addOutputGradient(step, to: dh, pass)
      let slope = recurrence.rows(step, of: dz, pass)
      activation.gradient(
        activation.readsInput ? slope : recurrence.output(step, pass), dh, into: slope)
      recurrence.mask(step, pass)?.clearMasked(slope)
    } recurrent: { block in
      recurrence.differentiateRecurrent(block, recurrent, dz, pass)
    }
    if recurrence.needsInitialGradients {
      recurrence.propagate(0, recurrent, dz, to: dh, pass)
      recurrence.assignInitialGradient(0, dh, pass)
    }
  }
}
