import Kernels
import Tensors

/// The walk of a GRU whose reset gate follows the recurrent product.
struct GRUResetAfterOperation: Operation {
  let recurrence: Recurrence
  let units: Int
  let cell: GRUStep
  let input: GatedProjection
  let recurrent: GatedProjection
  /// a = x·kernel + b, then the gates z r g, then the gradients of a; [T·rows, 3·units].
  let inputSums: Extent
  /// e = h·recurrent + d, then the gradients of e; [T·rows, 3·units].
  let recurrentSums: Extent
  let hiddenGradient: Extent
  let previousGradient: Extent

  func forward(_ pass: borrowing Pass) {
    let a = pass.scratch(inputSums, columns: 3 * units)
    let e = pass.scratch(recurrentSums, columns: 3 * units)
    recurrence.walk(input, recurrent, into: a, pass) { step in
      let previous = recurrence.previous(step, pass)
      let sums = recurrence.rows(step, of: e, pass)
      let h = recurrence.output(step, pass)
      recurrent.forward(previous, into: sums, pass)
      cell.forward(a: recurrence.rows(step, of: a, pass), e: sums, previous: previous, h: h, pass)
      recurrence.mask(step, pass)?.hold(previous, in: h)
    }
    recurrence.finish(pass) { _, step in recurrence.output(step, pass) }
  }

  func backward(_ pass: borrowing Pass) {
    let da = pass.scratch(inputSums, columns: 3 * units)
    let de = pass.scratch(recurrentSums, columns: 3 * units)
    let dh = pass.scratch(hiddenGradient, columns: units)
    let dPrevious = pass.scratch(previousGradient, columns: units)
    recurrence.walkBack(input, da, pass) { step in
      if step < recurrence.steps - 1 { propagate(step + 1, de, dPrevious, to: dh, pass) }
      recurrence.addOutputGradient(step, to: dh, pass)
      let (a, e) = (recurrence.rows(step, of: da, pass), recurrence.rows(step, of: de, pass))
      cell.backward(
        a: a, e: e, previous: recurrence.previous(step, pass), dh: dh, dPrevious: dPrevious, pass)
      if let mask = recurrence.mask(step, pass) {
        mask.hold(dh, in: dPrevious)
        mask.clearMasked(a)
        mask.clearMasked(e)
      }
    } recurrent: { block in
      recurrence.differentiateRecurrent(block, recurrent, de, pass)
      recurrent.biasGradient(recurrence.rows(block, of: de, pass), pass)
    }
    if recurrence.needsInitialGradients {
      propagate(0, de, dPrevious, to: dh, pass)
      recurrence.assignInitialGradient(0, dh, pass)
    }
  }

  /// The gradient of the state before a step: past the step, and through its product.
  private func propagate(
    _ step: Int, _ de: Matrix, _ dPrevious: Matrix, to dh: Matrix, _ pass: borrowing Pass
  ) {
    dh.assign(dPrevious)
    recurrent.inputGradient(recurrence.rows(step, of: de, pass), into: dh, adding: true, pass)
    recurrence.cut(dh, before: step, pass)
  }
}
