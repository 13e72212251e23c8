import Tensors

/// The walk over time that recurrent layers share: where states start, where they are kept, which
/// input belongs to which step, and what is put out.
///
/// Everything a layer keeps is in the order of processing; `goBackwards` only changes which input
/// a step sees.
struct Recurrence: Sendable {
  /// What comes in, [T·rows, features].
  let input: Value
  /// What goes out: the sequence or its last step, then the states if they are returned.
  let outputs: [Value]
  /// How many steps a sequence has.
  let steps: Int
  private let options: RecurrentOptions
  /// The outputs of all steps, [T·rows, units].
  private let hidden: Extent
  /// What each state was before the first step; zeros unless the layer is stateful.
  private let initial: [Extent]
  private let states: [StateSlot]

  /// Declares outputs, states and room for the outputs of all steps.
  ///
  /// - Parameters:
  ///   - options: the layer's options.
  ///   - input: a sequence.
  ///   - stateCount: how many states of `units` numbers the cell has; the first is its output.
  ///   - blueprint: where all of it is declared.
  init(
    _ options: RecurrentOptions, input: Value, stateCount: Int, _ blueprint: inout Blueprint
  ) {
    let units = options.units
    self.options = options
    self.input = input
    steps = input.shape.steps
    let shape = options.returnSequences ? Shape([steps, units]) : Shape([units])
    let output = blueprint.value(shape, differentiable: true)
    hidden = options.returnSequences ? output.data : blueprint.scratch(perRow: steps * units)
    initial = (0..<stateCount).map { _ in blueprint.scratch(perRow: units) }
    states =
      options.stateful ? (0..<stateCount).map { _ in blueprint.state(columns: units) } : []
    let returned = options.returnState ? stateCount : 0
    outputs =
      [output]
      + (0..<returned).map { _ in blueprint.value(Shape([units]), differentiable: true) }
  }

  // MARK: States

  /// Whether the first step has a state other than zero.
  var startsFromState: Bool { !states.isEmpty }

  /// Takes over the states that the batch before left.
  func begin(_ pass: borrowing Pass) {
    for (slot, extent) in zip(states, initial) {
      pass.scratch(extent, columns: options.units).assign(pass.state(slot))
    }
  }

  /// What a state was before the first step.
  func start(_ state: Int, _ pass: borrowing Pass) -> Matrix {
    pass.scratch(initial[state], columns: options.units)
  }

  /// The output of a step.
  func output(_ step: Int, _ pass: borrowing Pass) -> Matrix {
    rows(step, of: pass.scratch(hidden, columns: options.units), pass)
  }

  /// The outputs of a range of steps as one matrix.
  func outputs(_ range: Range<Int>, _ pass: borrowing Pass) -> Matrix {
    pass.scratch(hidden, columns: options.units)
      .rows(range.lowerBound * pass.rows..<range.upperBound * pass.rows)
  }

  /// The output before a step.
  func previous(_ step: Int, _ pass: borrowing Pass) -> Matrix {
    step == 0 ? start(0, pass) : output(step - 1, pass)
  }

  /// Puts out the last step and the states, and leaves the states for the next batch.
  func finish(_ pass: borrowing Pass, _ final: (Int) -> Matrix) {
    if !options.returnSequences { pass.matrix(outputs[0]).assign(output(steps - 1, pass)) }
    for index in outputs.indices.dropFirst() {
      pass.matrix(outputs[index]).assign(final(index - 1))
    }
    for index in states.indices { pass.state(states[index]).assign(final(index)) }
  }

  // MARK: Gradients

  /// Adds what the loss says about the output of a step to the gradient of that output; sets the
  /// gradient of the last step.
  func addOutputGradient(_ step: Int, to dh: Matrix, _ pass: borrowing Pass) {
    let isLast = step == steps - 1
    if options.returnSequences, let dy = pass.gradient(outputs[0]) {
      let part = rows(step, of: dy, pass)
      isLast ? dh.assign(part) : dh.add(part)
    } else if isLast, let dy = pass.gradient(outputs[0]) {
      dh.assign(dy)
    }
    if isLast, outputs.count > 1, let dy = pass.gradient(outputs[1]) { dh.add(dy) }
  }

  /// Sets the gradient of a state after the last step: what the loss says about it, or zero.
  func assignStateGradient(_ state: Int, to gradient: Matrix, _ pass: borrowing Pass) {
    if outputs.count > 1, let dy = pass.gradient(outputs[1 + state]) {
      gradient.assign(dy)
    } else {
      gradient.fill(0)
    }
  }

  // MARK: Inputs

  /// z = x·kernel + bias for all steps.
  func project(_ projection: GatedProjection, into z: Matrix, _ pass: borrowing Pass) {
    let x = pass.matrix(input)
    guard options.goBackwards else { return projection.forward(x, into: z, pass) }
    for step in 0..<steps {
      projection.forward(
        rows(steps - 1 - step, of: x, pass), into: rows(step, of: z, pass), pass)
    }
  }

  /// The gradients of kernel, bias and input from those of z.
  func differentiate(_ projection: GatedProjection, _ dz: Matrix, _ pass: borrowing Pass) {
    let x = pass.matrix(input)
    let dx = pass.gradient(input)
    projection.biasGradient(dz, pass)
    guard options.goBackwards else {
      projection.kernelGradient(x, dz, pass)
      if let dx { projection.inputGradient(dz, into: dx, pass) }
      return
    }
    for step in 0..<steps {
      let part = rows(step, of: dz, pass)
      projection.kernelGradient(rows(steps - 1 - step, of: x, pass), part, pass)
      if let dx {
        projection.inputGradient(part, into: rows(steps - 1 - step, of: dx, pass), pass)
      }
    }
  }

  /// The gradient of a recurrent kernel from those of z: each step's with the output before it.
  func differentiateRecurrent(
    _ projection: GatedProjection, _ dz: Matrix, _ pass: borrowing Pass
  ) {
    if steps > 1 {
      projection.kernelGradient(
        outputs(0..<steps - 1, pass), dz.rows(pass.rows..<steps * pass.rows), pass)
    }
    if startsFromState { projection.kernelGradient(start(0, pass), rows(0, of: dz, pass), pass) }
  }

  /// The rows of a step in a matrix of all steps.
  func rows(_ step: Int, of matrix: Matrix, _ pass: borrowing Pass) -> Matrix {
    matrix.rows(step * pass.rows..<(step + 1) * pass.rows)
  }
}
