import Tensors

/// How the walk sees its inputs, and what their gradients are.
extension Recurrence {
  /// z = x·kernel + bias for all steps.
  func project(_ projection: GatedProjection, into z: Matrix, _ pass: borrowing Pass) {
    if let categories = pass.categories(input) {
      forEachRun(pass) { from, to in
        projection.forward(categories.rows(from), into: z.rows(to), pass)
      }
    } else {
      let x = pass.matrix(input)
      forEachRun(pass) { from, to in projection.forward(x.rows(from), into: z.rows(to), pass) }
    }
  }

  /// The gradients of kernel, bias and input from those of z.
  func differentiate(_ projection: GatedProjection, _ dz: Matrix, _ pass: borrowing Pass) {
    projection.biasGradient(dz, pass)
    if let categories = pass.categories(input) {
      return forEachRun(pass) { from, to in
        projection.kernelGradient(categories.rows(from), dz.rows(to), pass)
      }
    }
    let (x, dx) = (pass.matrix(input), pass.gradient(input))
    forEachRun(pass) { from, to in
      let part = dz.rows(to)
      projection.kernelGradient(x.rows(from), part, pass)
      if let dx { projection.inputGradient(part, into: dx.rows(from), pass) }
    }
  }

  /// Visits rows of the input with the rows of the walk that see them: all at once, or a step at a time
  /// where the walk goes backwards.
  private func forEachRun(
    _ pass: borrowing Pass, _ body: (_ from: Range<Int>, _ to: Range<Int>) -> Void
  ) {
    let rows = pass.rows
    guard options.goBackwards else { return body(0..<steps * rows, 0..<steps * rows) }
    for step in 0..<steps {
      let place = steps - 1 - step
      body(place * rows..<(place + 1) * rows, step * rows..<(step + 1) * rows)
    }
  }
}
