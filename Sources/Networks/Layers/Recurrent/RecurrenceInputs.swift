import Tensors

/// How the walk sees its inputs, and what their gradients are.
extension Recurrence {
  /// z = x·kernel + bias for a block of steps.
  func project(
    _ block: Range<Int>, _ projection: GatedProjection, into z: Matrix, _ pass: borrowing Pass
  ) {
    if let categories = pass.categories(input) {
      forEachRun(of: block, pass) { from, to in
        projection.forward(categories.rows(from), into: z.rows(to), pass)
      }
    } else {
      let x = pass.matrix(input)
      forEachRun(of: block, pass) { from, to in
        projection.forward(x.rows(from), into: z.rows(to), pass)
      }
    }
  }

  /// z of a step: what `walk` made of its inputs, unless both join, and what comes of the state before.
  ///
  /// - Parameters:
  ///   - step: the step.
  ///   - input: the products with the inputs.
  ///   - recurrent: those with the state.
  ///   - z: the sums of the step.
  ///   - pass: the pass.
  func addState(
    _ step: Int, _ input: GatedProjection, _ recurrent: GatedProjection, to z: Matrix,
    _ pass: borrowing Pass
  ) {
    let hasState = step > 0 || startsFromState
    guard input.joins(recurrent) else {
      if hasState { recurrent.add(previous(step, pass), into: z, pass) }
      return
    }
    let x = rows(options.goBackwards ? steps - 1 - step : step, of: pass.matrix(self.input), pass)
    hasState
      ? input.forward(x, plus: previous(step, pass), times: recurrent, into: z, pass)
      : input.forward(x, into: z, pass)
  }

  /// The gradients of kernel, bias and input from those of z in a block of steps.
  func differentiate(
    _ block: Range<Int>, _ projection: GatedProjection, _ dz: Matrix, _ pass: borrowing Pass
  ) {
    if let categories = pass.categories(input) {
      projection.biasGradient(rows(block, of: dz, pass), pass)
      return forEachRun(of: block, pass) { from, to in
        projection.kernelGradient(categories.rows(from), dz.rows(to), pass)
      }
    }
    // The bias is summed over the block at once, whichever way the inputs go.
    let isOneRun = !options.goBackwards
    if !isOneRun { projection.biasGradient(rows(block, of: dz, pass), pass) }
    let (x, dx) = (pass.matrix(input), pass.gradient(input))
    forEachRun(of: block, pass) { from, to in
      let (part, seen) = (dz.rows(to), x.rows(from))
      isOneRun
        ? projection.weightGradients(seen, part, pass)
        : projection.kernelGradient(seen, part, pass)
      if let dx { projection.inputGradient(part, into: dx.rows(from), pass) }
    }
  }

  /// Visits rows of the input with the rows of the walk that see them: all at once, or a step at a time
  /// where the walk goes backwards.
  private func forEachRun(
    of block: Range<Int>, _ pass: borrowing Pass,
    _ body: (_ from: Range<Int>, _ to: Range<Int>) -> Void
  ) {
    let rows = pass.rows
    guard options.goBackwards else {
      let all = block.lowerBound * rows..<block.upperBound * rows
      return body(all, all)
    }
    for step in block {
      let place = steps - 1 - step
      body(place * rows..<(place + 1) * rows, step * rows..<(step + 1) * rows)
    }
  }
}
