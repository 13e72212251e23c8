import Kernels
import Tensors

/// Long short-term memory, as Keras's `LSTM` (gates in the order i, f, c, o).
///
///     z = x·kernel + h·recurrent + bias        i, f, o = σ(z)   g = φ(z_c)
///     c = f ⊙ c + i ⊙ g                        h = o ⊙ φ(c)
public struct LSTM: Layer {
  /// Keras's name of the class.
  public static let className = "LSTM"
  /// The layer's name.
  public var name: String?
  /// What recurrent layers have in common.
  public var options: RecurrentOptions
  /// What is applied to the gates i, f and o.
  public var recurrentActivation: Activation
  /// Whether the bias of the forget gate starts at one.
  public var unitForgetBias: Bool

  /// A layer of `units` units with Keras's defaults; `configure` changes the other options.
  public init(
    _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid,
    returnSequences: Bool = false, unitForgetBias: Bool = true, name: String? = nil,
    configure: (inout RecurrentOptions) -> Void = { _ in }
  ) {
    options = RecurrentOptions(units: units, activation: activation)
    options.returnSequences = returnSequences
    configure(&options)
    self.recurrentActivation = recurrentActivation
    self.unitForgetBias = unitForgetBias
    self.name = name
  }

  /// Declares kernel, recurrent kernel and bias, and the walk over time.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let inputs = options.readable(inputs, &blueprint)
    let input = try options.check(inputs, stateCount: 2)
    let (units, width) = (options.units, 4 * options.units)
    let weights = RecurrentWeights(
      cell: "lstm_cell", options, features: input.shape.features, gates: 4,
      biasInitializer: unitForgetBias ? ForgetBias(options.biasInitializer) : nil, &blueprint)
    let recurrence = try Recurrence(options, inputs: inputs, stateCount: 2, &blueprint)
    let blocks = options.blocks(gates: 4, split: options.recurrentDropout > 0)
    let steps = recurrence.steps
    blueprint.append(
      LSTMOperation(
        recurrence: recurrence, units: units,
        cell: LSTMStep(options.activation, recurrentActivation, units: units, &blueprint),
        input: GatedProjection(
          weights.kernel, bias: weights.bias, blocks: blocks,
          dropout: options.inputDropout(gates: 4),
          steps: steps, differentiable: input.gradient != nil,
          chooses: input.categories != nil, &blueprint),
        recurrent: GatedProjection(
          weights.recurrent, bias: nil, blocks: blocks, dropout: options.stateDropout(gates: 4),
          steps: steps, differentiable: true, &blueprint),
        gates: blueprint.scratch(perRow: steps * width),
        cells: blueprint.scratch(perRow: steps * units),
        activated: blueprint.scratch(perRow: steps * units),
        hiddenGradient: blueprint.scratch(perRow: units),
        cellGradient: blueprint.scratch(perRow: units),
        heldGradient: recurrence.isMasked ? blueprint.scratch(perRow: units) : nil))
    blueprint.count(flops: 2 * steps * width * (input.shape.features + units))
    return recurrence.outputs
  }
}

struct LSTMOperation: Operation {
  let recurrence: Recurrence
  let units: Int
  let cell: LSTMStep
  let input: GatedProjection
  let recurrent: GatedProjection
  /// Pre-activations, then gates, then the gradients of the pre-activations, [T·rows, 4·units].
  let gates: Extent
  /// The cell states c, [T·rows, units].
  let cells: Extent
  /// φ(c), [T·rows, units].
  let activated: Extent
  let hiddenGradient: Extent
  let cellGradient: Extent
  /// The gradient of c where a masked step leaves it as it is.
  let heldGradient: Extent?

  func forward(_ pass: borrowing Pass) {
    let z = pass.scratch(gates, columns: 4 * units)
    let c = pass.scratch(cells, columns: units)
    let activated = pass.scratch(activated, columns: units)
    input.draw(pass)
    recurrent.draw(pass)
    recurrence.begin(pass)
    recurrence.project(input, into: z, pass)
    for step in 0..<recurrence.steps {
      let gates = recurrence.rows(step, of: z, pass)
      if step > 0 || recurrence.startsFromState {
        recurrent.add(recurrence.previous(step, pass), into: gates, pass)
      }
      let (h, cells) = (recurrence.output(step, pass), recurrence.rows(step, of: c, pass))
      let previous = previousCell(step, c, pass)
      cell.forward(
        gates: gates, previous: previous, c: cells,
        activated: recurrence.rows(step, of: activated, pass), h: h, pass)
      if let mask = recurrence.mask(step, pass) {
        mask.hold(recurrence.previous(step, pass), in: h)
        mask.hold(previous, in: cells)
      }
    }
    recurrence.finish(pass) { state, step in
      state == 0 ? recurrence.output(step, pass) : recurrence.rows(step, of: c, pass)
    }
  }

  func backward(_ pass: borrowing Pass) {
    let dz = pass.scratch(gates, columns: 4 * units)
    let c = pass.scratch(cells, columns: units)
    let activated = pass.scratch(activated, columns: units)
    let dh = pass.scratch(hiddenGradient, columns: units)
    let dc = pass.scratch(cellGradient, columns: units)
    recurrence.assignStateGradient(1, to: dc, pass)
    for step in (0..<recurrence.steps).reversed() {
      if step < recurrence.steps - 1 {
        recurrence.propagate(step + 1, recurrent, dz, to: dh, pass)
      }
      recurrence.addOutputGradient(step, to: dh, pass)
      let gates = recurrence.rows(step, of: dz, pass)
      let held = heldGradient.map { pass.scratch($0, columns: units) }
      held?.assign(dc)
      cell.backward(
        gates: gates, previous: previousCell(step, c, pass),
        activated: recurrence.rows(step, of: activated, pass), dh: dh, dc: dc, pass)
      if let held, let mask = recurrence.mask(step, pass) {
        mask.hold(held, in: dc)
        mask.clearMasked(gates)
      }
      recurrence.cut(dc, before: step, pass)
    }
    if recurrence.needsInitialGradients {
      recurrence.propagate(0, recurrent, dz, to: dh, pass)
      recurrence.assignInitialGradient(0, dh, pass)
      recurrence.assignInitialGradient(1, dc, pass)
    }
    recurrence.differentiateRecurrent(recurrent, dz, pass)
    recurrence.differentiate(input, dz, pass)
  }

  private func previousCell(_ step: Int, _ c: Matrix, _ pass: borrowing Pass) -> Matrix {
    let previous =
      step == 0 ? recurrence.start(1, pass) : recurrence.rows(step - 1, of: c, pass)
    return recurrence.kept(1, previous, before: step, pass)
  }
}
