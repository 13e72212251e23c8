import Kernels
import Tensors

/// y = f(x·kernel + bias) on the last axis, as Keras's `Dense`; a sequence is taken step by step.
public struct Dense: Layer {
  /// Keras's name of the class.
  public static let className = "Dense"
  /// The layer's name.
  public var name: String?
  /// How many outputs.
  public var units: Int
  /// What is applied to the sum.
  public var activation: Activation
  /// Whether a bias is added.
  public var useBias: Bool
  /// What fills the kernel [inputs, units].
  public var kernelInitializer: any Initializer
  /// What fills the bias [units].
  public var biasInitializer: any Initializer
  /// The penalty on the size of the kernel.
  public var kernelRegularizer: Regularizer?
  /// The penalty on the size of the bias.
  public var biasRegularizer: Regularizer?
  /// What the kernel is brought back to after every update.
  public var kernelConstraint: Constraint?
  /// What the bias is brought back to after every update.
  public var biasConstraint: Constraint?

  /// A layer of `units` outputs, with Keras's defaults.
  public init(
    _ units: Int, activation: Activation = .linear, useBias: Bool = true, name: String? = nil,
    kernelInitializer: any Initializer = GlorotUniform(), biasInitializer: any Initializer = Zeros()
  ) {
    self.units = units
    self.activation = activation
    self.useBias = useBias
    self.name = name
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
  }

  /// Declares kernel and bias, the product, and the activation unless it is linear.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    guard units > 0 else { throw NetworkError("units must be positive, not \(units).") }
    let depth = input.shape.dimensions.last ?? 0
    let kernel = blueprint.parameter(
      "kernel", [depth, units], kernelInitializer, regularizer: kernelRegularizer,
      constraint: kernelConstraint)
    let bias =
      useBias
      ? blueprint.parameter(
        "bias", [units], biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
      : nil
    let shape = Shape(input.shape.dimensions.dropLast() + [units])
    let output = blueprint.value(shape, differentiable: true, mask: input.mask)
    let projection = Projection(kernel, bias: bias, input: input, &blueprint)
    blueprint.append(
      DenseOperation(
        input: input, output: output, isPrivate: activation != .linear, projection: projection))
    blueprint.count(flops: 2 * input.shape.count * units)
    return [activation == .linear ? output : blueprint.activate(activation, output)]
  }
}

/// The product of a Dense layer, before its activation.
struct DenseOperation: RowProduct {
  let input: Value
  let output: Value
  let isPrivate: Bool
  let projection: Projection

  func forward(_ pass: borrowing Pass) {
    if let categories = pass.categories(input) {
      projection.forward(categories, into: pass.features(output), pass)
    } else {
      forward(pass.features(input), into: pass.features(output), pass)
    }
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.featureGradient(output) else { return }
    if let categories = pass.categories(input) {
      projection.kernelGradient(categories, dy, pass)
      projection.biasGradient(dy, pass)
    } else {
      backward(pass.features(input), dy, into: pass.featureGradient(input), pass)
    }
  }

  func forward(_ x: Matrix, into y: Matrix, _ pass: borrowing Pass) {
    projection.forward(x, into: y, pass)
  }

  func backward(_ x: Matrix, _ dy: Matrix, into dx: Matrix?, _ pass: borrowing Pass) {
    projection.weightGradients(x, dy, pass)
    if let dx { projection.inputGradient(dy, into: dx, pass) }
  }
}
