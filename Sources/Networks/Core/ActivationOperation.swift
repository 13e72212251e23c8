import Kernels
import Tensors

extension Activation {
  /// y = f(x), row by row; x and y may be the same.
  func apply(_ x: Matrix, into y: Matrix) {
    precondition(x.rows == y.rows && x.columns == y.columns)
    if let elementwise {
      return activate(
        elementwise, rows: x.rows, columns: x.columns, x.base, xStride: x.stride, into: y.base,
        yStride: y.stride)
    }
    let kernel = self == .logSoftmax ? logSoftmaxRows : softmaxRows
    kernel(x.rows, x.columns, x.base, x.stride, y.base, y.stride)
  }

  /// dx = dy · f′, from the output y, or from x where the activation `readsInput`; dx may be either.
  func gradient(_ kept: Matrix, _ dy: Matrix, into dx: Matrix) {
    precondition(kept.rows == dy.rows && kept.columns == dy.columns && dx.count == dy.count)
    if let elementwise {
      return activationGradient(
        elementwise, rows: kept.rows, columns: kept.columns, kept: kept.base,
        keptStride: kept.stride, dy: dy.base, dyStride: dy.stride, into: dx.base,
        dxStride: dx.stride)
    }
    let kernel = self == .logSoftmax ? logSoftmaxGradientRows : softmaxGradientRows
    kernel(
      kept.rows, kept.columns, kept.base, kept.stride, dy.base, dy.stride, dx.base, dx.stride)
  }

  /// Leaves in `z` what the gradient reads, and returns f(z): in `z`, or in `spare` where z must stay.
  func applyKeeping(_ z: Matrix, _ spare: Matrix) -> Matrix {
    let y = readsInput ? spare : z
    apply(z, into: y)
    return y
  }

  /// The output again, from what `applyKeeping` left.
  func output(of kept: Matrix, _ spare: Matrix) -> Matrix {
    guard readsInput else { return kept }
    apply(kept, into: spare)
    return spare
  }
}

/// y = f(x) as an operation of its own: what follows a Dense's product, and the layer Activation.
struct ActivationOperation: Operation {
  let activation: Activation
  let input: Value
  let output: Value

  func forward(_ pass: borrowing Pass) {
    activation.apply(pass.features(input), into: pass.features(output))
  }

  func backward(_ pass: borrowing Pass) {
    guard let dx = pass.featureGradient(input), let dy = pass.featureGradient(output)
    else { return }
    activation.gradient(
      pass.features(activation.readsInput ? input : output), dy, into: dx)
  }
}

extension Blueprint {
  /// Appends y = f(x), and returns y.
  mutating func activate(_ activation: Activation, _ input: Value) -> Value {
    let output = value(
      input.shape, differentiable: input.gradient != nil, mask: input.mask)
    append(ActivationOperation(activation: activation, input: input, output: output))
    return output
  }
}
