import Kernels
import Tensors

/// x, or alpha · x below zero with a trained alpha for each number of a sample, as Keras's `PReLU`.
public struct PReLU: Layer {
  /// Keras's name of the class.
  public static let className = "PReLU"
  /// The layer's name.
  public var name: String?
  /// What fills alpha.
  public var alphaInitializer: any Initializer = Zeros()
  /// The penalty on the size of alpha.
  public var alphaRegularizer: Regularizer?
  /// What alpha is brought back to after every update.
  public var alphaConstraint: Constraint?
  /// The axes along which alpha is the same; the first axis of a sample is 1.
  public var sharedAxes: [Int]

  /// A parametric rectifier.
  public init(sharedAxes: [Int] = [], name: String? = nil) {
    self.sharedAxes = sharedAxes
    self.name = name
  }

  /// Declares alpha and the output.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    try input.shape.checkAxes()
    var extents = input.shape.dimensions
    for number in sharedAxes { extents[try input.shape.axis(number, "shared_axes:")] = 1 }
    let alpha = blueprint.parameter(
      "alpha", extents, alphaInitializer, regularizer: alphaRegularizer,
      constraint: alphaConstraint)
    let output = blueprint.value(input.shape, differentiable: true, mask: input.mask)
    let count = input.shape.count
    blueprint.append(
      PReLUOperation(
        input: input, output: output, alpha: alpha, whole: blueprint.scratch(count: count),
        slopes: blueprint.scratch(count: count)))
    return [output]
  }
}

private struct PReLUOperation: Operation {
  let input: Value
  let output: Value
  let alpha: Slot
  /// Room for an alpha for each number of a sample, and for its gradient.
  let whole: Int
  let slopes: Int

  func forward(_ pass: borrowing Pass) {
    let alphas = pass.workspace.base + whole
    copyStrided(
      extents: Strides.extents(input.shape, rows: 1), pass.weight(alpha).base, strides: shared,
      into: alphas, strides: Strides.batchMajor(input.shape).axes)
    let (x, y) = (pass.matrix(input), pass.matrix(output))
    for row in 0..<x.rows {
      parametricRectify(
        count: x.columns, x.base + row * x.columns,
        alpha: alphas + row / pass.rows * x.columns, into: y.base + row * x.columns)
    }
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output) else { return }
    let (alphas, sums) = (pass.workspace.base + whole, pass.workspace.base + slopes)
    sums.update(repeating: 0, count: input.shape.count)
    let (x, dx) = (pass.matrix(input), pass.gradient(input))
    for row in 0..<x.rows {
      let step = row / pass.rows * x.columns
      parametricRectifierGradient(
        count: x.columns, x: x.base + row * x.columns, alpha: alphas + step,
        dy: dy.base + row * x.columns, into: dx.map { $0.base + row * x.columns },
        addingTo: sums + step)
    }
    addStrided(
      extents: Strides.extents(input.shape, rows: 1), sums,
      strides: Strides.batchMajor(input.shape).axes, to: pass.gradient(alpha).base,
      strides: shared)
  }

  /// The strides of alpha along a sample's axes: none along those where it is the same.
  private var shared: AxisNumbers {
    var strides = Strides.batchMajor(Shape(alpha.shape)).axes
    let rank = alpha.shape.count
    for (axis, extent) in alpha.shape.enumerated() where extent == 1 {
      strides[8 - rank + axis] = 0
    }
    return strides
  }
}
