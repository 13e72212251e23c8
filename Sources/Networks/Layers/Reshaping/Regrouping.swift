import Kernels
import Tensors

extension Blueprint {
  /// Appends a copy with the same numbers of each sample in the same order, in another shape.
  mutating func reshape(_ input: Value, _ shape: Shape, mask: Extent? = nil) -> Value {
    precondition(input.shape.count == shape.count, "a reshape keeps the numbers of a sample")
    let output = value(shape, differentiable: input.gradient != nil, mask: mask)
    append(Regrouping(input: input, output: output))
    return output
  }
}

/// A copy between two shapes of the same numbers, whose time steps may differ.
private struct Regrouping: Operation {
  let input: Value
  let output: Value

  func forward(_ pass: borrowing Pass) {
    copy(pass.matrix(input), input, pass.matrix(output), output, pass)
  }

  func backward(_ pass: borrowing Pass) {
    guard let dx = pass.gradient(input), let dy = pass.gradient(output) else { return }
    copy(dy, output, dx, input, pass)
  }

  private func copy(
    _ from: Matrix, _ source: Value, _ to: Matrix, _ target: Value, _ pass: borrowing Pass
  ) {
    if source.shape.features == target.shape.features { return to.assign(from) }
    regroup(
      rows: pass.rows, count: source.shape.count, from.base, features: source.shape.features,
      into: to.base, features: target.shape.features)
  }
}
