import Kernels
import Tensors

/// The walk of a GRU whose reset gate precedes the recurrent product of the new value.
struct GRUResetBeforeOperation: Operation {
  let recurrence: Recurrence
  let units: Int
  let cell: GRUStep
  let input: GatedProjection
  let recurrent: GatedProjection
  /// Which products of `recurrent` belong to the gates z and r; the last one is the new value's.
  let gateBlocks: Range<Int>
  /// The pre-activations, then the gates z r g, then the gradients; [T·rows, 3·units].
  let sums: Extent
  /// r ⊙ h of the step before, [T·rows, units].
  let reset: Extent
  let hiddenGradient: Extent
  let previousGradient: Extent
  let resetGradient: Extent

  private var newBlock: Range<Int> { gateBlocks.upperBound..<gateBlocks.upperBound + 1 }

  func forward(_ pass: borrowing Pass) {
    let a = pass.scratch(sums, columns: 3 * units)
    let resets = pass.scratch(reset, columns: units)
    recurrence.walk(input, recurrent, into: a, pass) { step in
      let previous = recurrence.previous(step, pass)
      let sums = recurrence.rows(step, of: a, pass)
      let reset = recurrence.rows(step, of: resets, pass)
      recurrent.add(previous, into: sums, pass, blocks: gateBlocks)
      cell.forwardGates(a: sums, previous: previous, reset: reset, pass)
      recurrent.add(reset, into: sums, pass, blocks: newBlock)
      let h = recurrence.output(step, pass)
      cell.forwardOutput(a: sums, previous: previous, h: h, pass)
      recurrence.mask(step, pass)?.hold(previous, in: h)
    }
    recurrence.finish(pass) { _, step in recurrence.output(step, pass) }
  }

  func backward(_ pass: borrowing Pass) {
    let da = pass.scratch(sums, columns: 3 * units)
    let dh = pass.scratch(hiddenGradient, columns: units)
    let dPrevious = pass.scratch(previousGradient, columns: units)
    let dReset = pass.scratch(resetGradient, columns: units)
    recurrence.walkBack(input, da, pass) { step in
      if step < recurrence.steps - 1 { propagate(step + 1, da, dPrevious, to: dh, pass) }
      recurrence.addOutputGradient(step, to: dh, pass)
      let (a, previous) = (
        recurrence.rows(step, of: da, pass), recurrence.previous(step, pass)
      )
      cell.backwardOutput(a: a, previous: previous, dh: dh, dPrevious: dPrevious, pass)
      recurrent.inputGradient(a, into: dReset, pass, blocks: newBlock)
      cell.backwardGates(a: a, previous: previous, dReset: dReset, dPrevious: dPrevious, pass)
      if let mask = recurrence.mask(step, pass) {
        mask.hold(dh, in: dPrevious)
        mask.clearMasked(a)
      }
    } recurrent: { block in
      differentiateRecurrent(block, da, pass)
    }
    if recurrence.needsInitialGradients {
      propagate(0, da, dPrevious, to: dh, pass)
      recurrence.assignInitialGradient(0, dh, pass)
    }
  }

  /// The gradient of the state before a step: past the step, and through the gates' products.
  private func propagate(
    _ step: Int, _ da: Matrix, _ dPrevious: Matrix, to dh: Matrix, _ pass: borrowing Pass
  ) {
    dh.assign(dPrevious)
    recurrent.inputGradient(
      recurrence.rows(step, of: da, pass), into: dh, adding: true, pass, blocks: gateBlocks)
    recurrence.cut(dh, before: step, pass)
  }

  private func differentiateRecurrent(
    _ block: Range<Int>, _ da: Matrix, _ pass: borrowing Pass
  ) {
    let resets = recurrence.rows(block, of: pass.scratch(reset, columns: units), pass)
    recurrent.kernelGradient(
      resets, recurrence.rows(block, of: da, pass), pass, blocks: newBlock)
    recurrence.differentiateRecurrent(block, recurrent, da, pass, blocks: gateBlocks)
  }
}
