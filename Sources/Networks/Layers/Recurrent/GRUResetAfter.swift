import Kernels
import Tensors

/// The walk of a GRU whose reset gate follows the recurrent product.
struct GRUResetAfterOperation: Operation {
  let recurrence: Recurrence
  let units: Int
  let cell: GRUCell
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
    input.draw(pass)
    recurrent.draw(pass)
    recurrence.begin(pass)
    recurrence.project(input, into: a, pass)
    for step in 0..<recurrence.steps {
      let previous = recurrence.previous(step, pass)
      let sums = recurrence.rows(step, of: e, pass)
      recurrent.forward(previous, into: sums, pass)
      cell.forward(
        a: recurrence.rows(step, of: a, pass), e: sums, previous: previous,
        h: recurrence.output(step, pass), pass)
    }
    recurrence.finish(pass) { _ in recurrence.output(recurrence.steps - 1, pass) }
  }

  func backward(_ pass: borrowing Pass) {
    let da = pass.scratch(inputSums, columns: 3 * units)
    let de = pass.scratch(recurrentSums, columns: 3 * units)
    let dh = pass.scratch(hiddenGradient, columns: units)
    let dPrevious = pass.scratch(previousGradient, columns: units)
    for step in (0..<recurrence.steps).reversed() {
      if step < recurrence.steps - 1 {
        dh.assign(dPrevious)
        let next = recurrence.rows(step + 1, of: de, pass)
        recurrent.inputGradient(next, into: dh, adding: true, pass)
      }
      recurrence.addOutputGradient(step, to: dh, pass)
      cell.backward(
        a: recurrence.rows(step, of: da, pass), e: recurrence.rows(step, of: de, pass),
        previous: recurrence.previous(step, pass), dh: dh, dPrevious: dPrevious, pass)
    }
    recurrence.differentiateRecurrent(recurrent, de, pass)
    recurrent.biasGradient(de, pass)
    recurrence.differentiate(input, da, pass)
  }
}
