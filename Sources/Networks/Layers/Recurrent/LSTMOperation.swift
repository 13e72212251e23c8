import Kernels
import Tensors

/// What an LSTM does at one step, in place of which others stand for other kinds of it.
protocol LSTMCellStep: Sendable {
  /// In which order the sums stand.
  var order: LSTMGates { get }
  /// What the gates i, f and o are activated by.
  var recurrentActivation: Activation { get }
  /// What the new value is activated by.
  var activation: Activation { get }

  /// Turns sums into gates, and computes c, φ(c) and h; all [rows, units] but the gates.
  func forward(
    gates: Matrix, previous: Matrix, c: Matrix, activated: Matrix, h: Matrix,
    _ pass: borrowing Pass)

  /// Turns gates into the gradients of the sums, and dc into that of the step before.
  func backward(
    gates: Matrix, previous: Matrix, c: Matrix, activated: Matrix, dh: Matrix, dc: Matrix,
    _ pass: borrowing Pass)

  /// Adds the gradients of the step's own parameters, from those of the sums.
  func addGradients(gates: Matrix, previous: Matrix, c: Matrix, _ pass: borrowing Pass)
}

extension LSTMCellStep {
  /// Most have no parameters.
  func addGradients(gates: Matrix, previous: Matrix, c: Matrix, _ pass: borrowing Pass) {}
}

/// The walk of an LSTM of any kind over time.
struct LSTMOperation: Operation {
  let recurrence: Recurrence
  let units: Int
  let cell: any LSTMCellStep
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
    recurrence.walk(input, recurrent, into: z, pass, joining: true) { step in
      let gates = recurrence.rows(step, of: z, pass)
      recurrence.addState(step, input, recurrent, to: gates, pass)
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
    recurrence.walkBack(input, dz, pass) { step in
      if step < recurrence.steps - 1 {
        recurrence.propagate(step + 1, recurrent, dz, to: dh, pass)
      }
      recurrence.addOutputGradient(step, to: dh, pass)
      let gates = recurrence.rows(step, of: dz, pass)
      let held = heldGradient.map { pass.scratch($0, columns: units) }
      held?.assign(dc)
      let (previous, state) = (previousCell(step, c, pass), recurrence.rows(step, of: c, pass))
      cell.backward(
        gates: gates, previous: previous, c: state,
        activated: recurrence.rows(step, of: activated, pass), dh: dh, dc: dc, pass)
      if let held, let mask = recurrence.mask(step, pass) {
        mask.hold(held, in: dc)
        mask.clearMasked(gates)
      }
      cell.addGradients(gates: gates, previous: previous, c: state, pass)
      recurrence.cut(dc, before: step, pass)
    } recurrent: { block in
      recurrence.differentiateRecurrent(block, recurrent, dz, pass)
    }
    if recurrence.needsInitialGradients {
      recurrence.propagate(0, recurrent, dz, to: dh, pass)
      recurrence.assignInitialGradient(0, dh, pass)
      recurrence.assignInitialGradient(1, dc, pass)
    }
  }

  private func previousCell(_ step: Int, _ c: Matrix, _ pass: borrowing Pass) -> Matrix {
    let previous =
      step == 0 ? recurrence.start(1, pass) : recurrence.rows(step - 1, of: c, pass)
    return recurrence.kept(1, previous, before: step, pass)
  }
}

extension Blueprint {
  /// Appends the walk of an LSTM whose kernels have four blocks of columns.
  ///
  /// - Parameters:
  ///   - recurrence: how it walks.
  ///   - input: the sequence.
  ///   - kernel: [features, 4·units].
  ///   - recurrent: the recurrent kernel, [units, 4·units].
  ///   - bias: [4·units], or nil.
  ///   - className: the layer's class.
  ///   - cell: what it does at a step.
  mutating func appendLSTM(
    _ recurrence: Recurrence, input: Value, kernel: Slot, recurrent: Slot, bias: Slot?,
    className: String, cell: some LSTMCellStep
  ) {
    let (options, steps, units) = (recurrence.options, recurrence.steps, recurrence.options.units)
    let blocks = options.blocks(gates: 4, split: options.recurrentDropout > 0)
    let operation = LSTMOperation(
      recurrence: recurrence, units: units, cell: cell,
      input: GatedProjection(
        kernel, bias: bias, blocks: blocks, dropout: options.inputDropout(gates: 4),
        steps: steps, differentiable: input.gradient != nil, chooses: input.categories != nil, &self
      ),
      recurrent: GatedProjection(
        recurrent, bias: nil, blocks: blocks, dropout: options.stateDropout(gates: 4),
        steps: steps, differentiable: true, &self),
      gates: scratch(perRow: 4 * steps * units),
      cells: scratch(perRow: steps * units),
      activated: scratch(perRow: steps * units),
      hiddenGradient: scratch(perRow: units),
      cellGradient: scratch(perRow: units),
      heldGradient: recurrence.isMasked ? scratch(perRow: units) : nil)
    append(operation)
    trace(
      recurrence.trace(
        className,
        operation.gateSources + [
          (.cellState, GateTrace.Source(extent: operation.cells, width: units, block: 0))
        ]))
  }
}

extension LSTMOperation {
  /// Where the gates are after a forward pass.
  fileprivate var gateSources: [(GateTrace.Part, GateTrace.Source)] {
    let places: [(GateTrace.Part, Int, Activation)] = [
      (.newValue, cell.order.newValue, cell.activation),
      (.inputGate, 0, cell.recurrentActivation),
      (.forgetGate, cell.order.forget, cell.recurrentActivation),
      (.outputGate, 3, cell.recurrentActivation),
    ]
    return places.map { part, block, activation in
      (
        part,
        GateTrace.Source(
          extent: gates, width: 4 * units, block: block,
          pending: activation.readsInput ? activation : nil)
      )
    }
  }
}
