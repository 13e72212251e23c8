import Tensors

/// Which step of a sequence each step of another one is: none outside of the sequence.
struct StepRule: Sendable {
  /// How often a step is repeated.
  var repeats = 1
  /// How many steps stand before the first; negative where some are left out.
  var before = 0
  /// How many steps the other sequence has.
  let count: Int

  func source(_ step: Int) -> Int { step / repeats - before }
}

extension Blueprint {
  /// Appends a copy of the steps that a rule names, with zeros where there are none.
  mutating func select(_ rule: StepRule, of input: Value) throws(NetworkError) -> Value {
    let shape = try Shape.output([rule.count] + input.shape.dimensions.dropFirst())
    let output = value(shape, differentiable: input.gradient != nil)
    append(StepSelection(input: input, output: output, rule: rule))
    return output
  }
}

/// A copy of whole time steps.
private struct StepSelection: Operation {
  let input: Value
  let output: Value
  let rule: StepRule

  func forward(_ pass: borrowing Pass) {
    let (x, y) = (pass.matrix(input), pass.matrix(output))
    for step in 0..<rule.count {
      let (source, target) = (rule.source(step), y.step(step, pass))
      if contains(source) { target.assign(x.step(source, pass)) } else { target.fill(0) }
    }
  }

  func backward(_ pass: borrowing Pass) {
    guard let dx = pass.gradient(input), let dy = pass.gradient(output) else { return }
    dx.fill(0)
    for step in 0..<rule.count {
      let source = rule.source(step)
      if contains(source) { dx.step(source, pass).add(dy.step(step, pass)) }
    }
  }

  private func contains(_ step: Int) -> Bool { (0..<input.shape.steps).contains(step) }
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
