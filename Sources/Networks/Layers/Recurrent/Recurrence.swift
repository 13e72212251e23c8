import Kernels
import Tensors

/// The walk over time that recurrent layers share: where states start, where they are kept, which
/// input belongs to which step, which steps count, and what is put out.
///
/// Everything a layer keeps is in the order of processing; `goBackwards` only changes which input
/// a step sees. Where a step is masked, the states stay what they were.
struct Recurrence: Sendable {
  /// What comes in, [T·rows, features].
  let input: Value
  /// What goes out: the sequence or its last step, then the states if they are returned.
  let outputs: [Value]
  /// How many steps a sequence has.
  let steps: Int
  /// The steps in blocks whose sums stay in a cache from their making to their last use: up to
  /// `rowsPerSum` rows in each, whatever the machine, for the gradient of a kernel is summed by blocks.
  private let blocks: [Range<Int>]
  let options: RecurrentOptions
  /// The first states after each step, [T·rows, units]; the outputs too unless `exposure` differs.
  let hidden: Extent
  /// What each state was before the first step; zeros unless it is given or kept.
  private let initial: [Extent]
  /// The states that are inputs of the layer.
  private let given: [Value]
  private let states: [StateSlot]
  /// Which steps count, [T·rows]; nil where all do.
  let mask: Extent?
  /// Which steps put out their state and not zeros, [T·rows]; nil where all do.
  private let exposure: Extent?
  /// Room for each state as it was before a step at which some rows begin anew.
  let renewed: [Extent]

  /// Declares outputs, states and room for the outputs of all steps.
  ///
  /// - Parameters:
  ///   - options: the layer's options.
  ///   - inputs: a sequence, and the states before the first step if they are given.
  ///   - stateCount: how many states of `units` numbers the cell has; the first is its output.
  ///   - blueprint: where all of it is declared.
  /// - Throws: a sentence when options or inputs do not fit.
  init(
    _ options: RecurrentOptions, inputs: [Value], stateCount: Int, _ blueprint: inout Blueprint
  ) throws(NetworkError) {
    let units = options.units
    input = try options.check(inputs, stateCount: stateCount)
    given = Array(inputs.dropFirst())
    self.options = options
    steps = input.shape.steps
    blocks = Self.blocks(of: steps, rows: blueprint.rows)
    let startsFromState = options.stateful || !given.isEmpty
    mask = given.isEmpty || options.walk.usesMaskWithInitialState ? input.mask : nil
    if !given.isEmpty, mask != nil { blueprint.formerMeanings.insert(.maskWithInitialState) }
    let differs = mask != nil && (options.zeroOutputForMask || startsFromState)
    exposure = differs ? blueprint.scratch(perRow: steps) : nil
    let shape = options.returnSequences ? Shape([steps, units]) : Shape([units])
    let output = blueprint.value(
      shape, differentiable: true, mask: options.returnSequences ? input.mask : nil)
    hidden =
      options.returnSequences && !differs
      ? output.data : blueprint.scratch(perRow: steps * units)
    initial =
      given.isEmpty
      ? (0..<stateCount).map { _ in blueprint.scratch(perRow: units) } : given.map(\.data)
    states =
      options.stateful ? (0..<stateCount).map { _ in blueprint.state(columns: units) } : []
    renewed = (0..<stateCount).map { _ in blueprint.scratch(perRow: units) }
    let returned = options.returnState ? stateCount : 0
    outputs =
      [output]
      + (0..<returned).map { _ in blueprint.value(Shape([units]), differentiable: true) }
  }

  private static func blocks(of steps: Int, rows: Int) -> [Range<Int>] {
    let length = max(1, rowsPerSum / rows)
    return stride(from: 0, to: steps, by: length).map { $0..<min($0 + length, steps) }
  }

  // MARK: Walking

  /// Walks forward: masks and states first, then for each block its products with the inputs, and
  /// its steps.
  ///
  /// - Parameters:
  ///   - input: the products with the inputs, made for a block at a time into `z`.
  ///   - recurrent: those with the state, for its masks.
  ///   - z: the sums of all steps.
  ///   - pass: the pass.
  ///   - joining: whether `body` calls `addState`, which makes both products where they join.
  ///   - body: what is done at a step.
  func walk(
    _ input: GatedProjection, _ recurrent: GatedProjection, into z: Matrix,
    _ pass: borrowing Pass, joining: Bool = false, _ body: (_ step: Int) -> Void
  ) {
    input.draw(pass)
    recurrent.draw(pass)
    begin(pass)
    let isMade = joining && input.joins(recurrent)
    for block in blocks {
      if !isMade { project(block, input, into: z, pass) }
      for step in block { body(step) }
    }
  }

  /// Walks back: for each block its steps, then the gradients of the kernels over all of them.
  ///
  /// - Parameters:
  ///   - input: the products with the inputs.
  ///   - dz: the gradients of their sums, of all steps.
  ///   - pass: the pass.
  ///   - body: what is done at a step.
  ///   - differentiate: adds the gradients of the recurrent kernel over a block.
  func walkBack(
    _ input: GatedProjection, _ dz: Matrix, _ pass: borrowing Pass, _ body: (_ step: Int) -> Void,
    recurrent differentiate: (_ block: Range<Int>) -> Void
  ) {
    for block in blocks.reversed() {
      for step in block.reversed() { body(step) }
      differentiate(block)
      self.differentiate(block, input, dz, pass)
    }
  }

  // MARK: States

  /// Whether the first step may have a state other than zero.
  var startsFromState: Bool { !states.isEmpty || !given.isEmpty }

  /// Takes over the states that the batch before left, unless they are given.
  private func begin(_ pass: borrowing Pass) {
    if given.isEmpty {
      for (slot, extent) in zip(states, initial) {
        pass.scratch(extent, columns: options.units).assign(pass.state(slot))
      }
    }
    expose(pass)
  }

  /// What a state was before the first step.
  func start(_ state: Int, _ pass: borrowing Pass) -> Matrix {
    pass.scratch(initial[state], columns: options.units)
  }

  /// The first state after a step.
  func output(_ step: Int, _ pass: borrowing Pass) -> Matrix {
    rows(step, of: pass.scratch(hidden, columns: options.units), pass)
  }

  /// The first states after a range of steps as one matrix.
  func outputs(_ range: Range<Int>, _ pass: borrowing Pass) -> Matrix {
    pass.scratch(hidden, columns: options.units)
      .rows(range.lowerBound * pass.rows..<range.upperBound * pass.rows)
  }

  /// The first state before a step.
  func previous(_ step: Int, _ pass: borrowing Pass) -> Matrix {
    kept(0, step == 0 ? start(0, pass) : output(step - 1, pass), before: step, pass)
  }

  /// Puts out the steps and the states, and leaves the states for the next batch.
  ///
  /// - Parameters:
  ///   - pass: the pass.
  ///   - after: a state after a step.
  func finish(_ pass: borrowing Pass, _ after: (_ state: Int, _ step: Int) -> Matrix) {
    putOut(pass)
    for index in outputs.indices.dropFirst() {
      pass.matrix(outputs[index]).assign(after(index - 1, steps - 1))
    }
    let carried = carriedStep(pass)
    for index in states.indices { pass.state(states[index]).assign(after(index, carried)) }
  }

  // MARK: Masks

  /// Whether there are steps that do not count.
  var isMasked: Bool { mask != nil }

  /// Which rows a step counts for; nil where every step counts.
  func mask(_ step: Int, _ pass: borrowing Pass) -> StepMask? {
    guard let mask else { return nil }
    let place = options.goBackwards ? steps - 1 - step : step
    return StepMask(rows(place, of: pass.scratch(mask, columns: 1), pass))
  }

  /// Notes which steps put out their state: those that count, or all from the first of them on.
  private func expose(_ pass: borrowing Pass) {
    guard let exposure else { return }
    let factors = pass.scratch(exposure, columns: 1)
    for step in 0..<steps {
      guard let mask = mask(step, pass) else { return }
      let part = rows(step, of: factors, pass)
      for row in 0..<pass.rows {
        let isOpen = !options.zeroOutputForMask && step > 0 && part.base[row - pass.rows] != 0
        part.base[row] = isOpen || mask.counts(row) ? 1 : 0
      }
    }
  }

  /// Which rows of a step put out their state; nil where all do.
  private func exposed(_ step: Int, _ pass: borrowing Pass) -> StepMask? {
    exposure.map { StepMask(rows(step, of: pass.scratch($0, columns: 1), pass)) }
  }

  private func putOut(_ pass: borrowing Pass) {
    let y = pass.matrix(outputs[0])
    guard options.returnSequences else {
      y.assign(output(steps - 1, pass))
      exposed(steps - 1, pass)?.clearMasked(y)
      return
    }
    guard exposure != nil else { return }
    y.assign(outputs(0..<steps, pass))
    for step in 0..<steps { exposed(step, pass)?.clearMasked(rows(step, of: y, pass)) }
  }

  // MARK: Gradients

  /// Turns the gradient of a step's state, in the rows that do not count, and the gradients of its
  /// sums `dz`, into the gradient of the state before.
  func propagate(
    _ step: Int, _ projection: GatedProjection, _ dz: Matrix, to dh: Matrix, _ pass: borrowing Pass
  ) {
    let mask = mask(step, pass)
    mask?.clearCounting(dh)
    projection.inputGradient(
      rows(step, of: dz, pass), into: dh, adding: mask != nil, pass)
    cut(dh, before: step, pass)
  }

  /// Puts out the gradient of a given state.
  func assignInitialGradient(_ state: Int, _ gradient: Matrix, _ pass: borrowing Pass) {
    guard given.indices.contains(state) else { return }
    pass.gradient(given[state])?.assign(gradient)
  }

  /// Whether the gradients of the states before the first step are wanted.
  var needsInitialGradients: Bool { given.contains { $0.gradient != nil } }

  /// Adds what the loss says about the output of a step to the gradient of that output; sets the
  /// gradient of the last step.
  func addOutputGradient(_ step: Int, to dh: Matrix, _ pass: borrowing Pass) {
    let isLast = step == steps - 1
    if let dy = pass.gradient(outputs[0]), options.returnSequences || isLast {
      let part = options.returnSequences ? rows(step, of: dy, pass) : dy
      let exposed = exposed(step, pass)
      if isLast {
        dh.assign(part)
        exposed?.clearMasked(dh)
      } else if let exposed {
        exposed.addCounting(part, to: dh)
      } else {
        dh.add(part)
      }
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

  /// The gradient of a recurrent kernel from those of z in a block of steps: each step's with the
  /// output before it.
  func differentiateRecurrent(
    _ block: Range<Int>, _ projection: GatedProjection, _ dz: Matrix, _ pass: borrowing Pass,
    blocks: Range<Int>? = nil
  ) {
    var first = max(block.lowerBound, 1)
    while let run = run(from: first, before: block.upperBound, pass) {
      let before =
        run.count == 1 ? previous(first, pass) : outputs(first - 1..<run.upperBound - 1, pass)
      projection.kernelGradient(
        before, dz.rows(first * pass.rows..<run.upperBound * pass.rows), pass, blocks: blocks)
      first = run.upperBound
    }
    if block.lowerBound == 0, startsFromState {
      projection.kernelGradient(previous(0, pass), rows(0, of: dz, pass), pass, blocks: blocks)
    }
  }

  /// The rows of a block of steps in a matrix of all steps.
  func rows(_ block: Range<Int>, of matrix: Matrix, _ pass: borrowing Pass) -> Matrix {
    matrix.rows(block.lowerBound * pass.rows..<block.upperBound * pass.rows)
  }

  /// The rows of a step in a matrix of all steps.
  func rows(_ step: Int, of matrix: Matrix, _ pass: borrowing Pass) -> Matrix {
    matrix.rows(step * pass.rows..<(step + 1) * pass.rows)
  }
}
