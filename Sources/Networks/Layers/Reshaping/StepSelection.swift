import Tensors

extension Blueprint {
  /// Appends a copy whose step t is the input's step `steps[t]`, or zeros where that is nil.
  mutating func select(_ steps: [Int?], of input: Value) -> Value {
    let shape = Shape([steps.count] + input.shape.dimensions.dropFirst())
    let output = value(shape, differentiable: input.gradient != nil)
    append(StepSelection(input: input, output: output, steps: steps))
    return output
  }
}

/// A copy of whole time steps.
private struct StepSelection: Operation {
  let input: Value
  let output: Value
  let steps: [Int?]

  func forward(_ pass: borrowing Pass) {
    let (x, y) = (pass.matrix(input), pass.matrix(output))
    for (step, source) in steps.enumerated() {
      let target = y.step(step, pass)
      if let source { target.assign(x.step(source, pass)) } else { target.fill(0) }
    }
  }

  func backward(_ pass: borrowing Pass) {
    guard let dx = pass.gradient(input), let dy = pass.gradient(output) else { return }
    dx.fill(0)
    for (step, source) in steps.enumerated() {
      if let source { dx.step(source, pass).add(dy.step(step, pass)) }
    }
  }
}

extension Matrix {
  /// The rows of a time step.
  func step(_ step: Int, _ pass: borrowing Pass) -> Matrix {
    rows(step * pass.rows..<(step + 1) * pass.rows)
  }
}

extension Value {
  /// Checks that a value is a sequence of vectors, as layers for one axis of time take.
  func checkSequence(_ className: String) throws(NetworkError) {
    guard shape.dimensions.count == 2 else {
      throw NetworkError("\(className) takes sequences of vectors, and got samples of \(shape).")
    }
  }
}
