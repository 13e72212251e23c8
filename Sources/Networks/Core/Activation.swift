import Kernels
import Tensors

/// The activations, under Keras's names.
public enum Activation: String, Sendable, CaseIterable {
  /// x
  case linear
  /// The hyperbolic tangent.
  case tanh
  /// 1 / (1 + e⁻ˣ)
  case sigmoid
  /// Keras 3's: x/6 + 1/2, clipped to [0, 1].
  case hardSigmoid = "hard_sigmoid"
  /// Keras 1's and 2's: 0.2·x + 0.5, clipped to [0, 1].
  case hardSigmoidLegacy = "hard_sigmoid_legacy"
  /// max(x, 0)
  case relu
  /// eˣ / Σ eˣ over the features
  case softmax
  /// ln(1 + eˣ)
  case softplus
  /// x / (1 + |x|)
  case softsign
  /// x, or eˣ - 1 below zero
  case elu
  /// elu scaled so that activations keep mean 0 and variance 1
  case selu
  /// eˣ
  case exponential

  /// The kernel's name of an activation that sees one number at a time; nil for softmax.
  public var elementwise: ElementwiseActivation? {
    switch self {
    case .linear: .linear
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .hardSigmoid: .hardSigmoid
    case .hardSigmoidLegacy: .hardSigmoidLegacy
    case .relu: .relu
    case .softplus: .softplus
    case .softsign: .softsign
    case .elu: .elu
    case .selu: .selu
    case .exponential: .exponential
    case .softmax: nil
    }
  }

  /// y = f(x), row by row; x and y may be the same.
  func apply(_ x: Matrix, into y: Matrix) {
    precondition(x.rows == y.rows && x.columns == y.columns)
    if let elementwise {
      activate(
        elementwise, rows: x.rows, columns: x.columns, x.base, xStride: x.stride, into: y.base,
        yStride: y.stride)
    } else {
      softmaxRows(
        rows: x.rows, columns: x.columns, x.base, xStride: x.stride, into: y.base,
        yStride: y.stride)
    }
  }

  /// dx = dy · f′, written by the output y; dx and dy may be the same.
  func gradient(_ y: Matrix, _ dy: Matrix, into dx: Matrix) {
    precondition(y.rows == dy.rows && y.columns == dy.columns && dx.count == dy.count)
    if let elementwise {
      activationGradient(
        elementwise, rows: y.rows, columns: y.columns, y: y.base, yStride: y.stride,
        dy: dy.base, dyStride: dy.stride, into: dx.base, dxStride: dx.stride)
    } else {
      softmaxGradientRows(
        rows: y.rows, columns: y.columns, y: y.base, yStride: y.stride, dy: dy.base,
        dyStride: dy.stride, into: dx.base, dxStride: dx.stride)
    }
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
    activation.gradient(pass.features(output), dy, into: dx)
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
