import Kernels
import Tensors

/// A convolution over time, as Keras's `Conv1D`.
public struct Conv1D: Layer {
  /// Keras's name of the class.
  public static let className = "Conv1D"
  /// The layer's name.
  public var name: String?
  /// How many outputs a step has.
  public var filters: Int
  /// How many steps a window has.
  public var kernelSize: Int
  /// How many steps lie between windows.
  public var strides = 1
  /// How the ends are treated.
  public var padding = Padding.valid
  /// How many steps lie between two steps of a window.
  public var dilationRate = 1
  /// Into how many groups of features input and output fall, which do not see each other.
  public var groups = 1
  /// What is applied to the sum.
  public var activation: Activation
  /// Whether a bias is added.
  public var useBias = true
  /// What fills the kernel [kernelSize, features / groups, filters].
  public var kernelInitializer: any Initializer = GlorotUniform()
  /// What fills the bias [filters].
  public var biasInitializer: any Initializer = Zeros()
  /// The penalty on the size of the kernel.
  public var kernelRegularizer: Regularizer?
  /// The penalty on the size of the bias.
  public var biasRegularizer: Regularizer?
  /// What the kernel is brought back to after every update.
  public var kernelConstraint: Constraint?
  /// What the bias is brought back to after every update.
  public var biasConstraint: Constraint?

  /// A convolution with Keras's defaults.
  ///
  /// - Parameters:
  ///   - filters: how many outputs a step has.
  ///   - kernelSize: how many steps a window has.
  ///   - activation: what is applied to the sum.
  ///   - name: the layer's name.
  ///   - configure: sets the other options.
  public init(
    _ filters: Int, kernelSize: Int, activation: Activation = .linear, name: String? = nil,
    configure: (inout Conv1D) -> Void = { _ in }
  ) {
    self.filters = filters
    self.kernelSize = kernelSize
    self.activation = activation
    self.name = name
    configure(&self)
  }

  /// Declares kernel and bias, a product for each group, and the activation unless it is linear.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    try input.checkSequence(Self.className)
    let features = input.shape.features
    guard filters > 0, (1...1024).contains(groups), filters % groups == 0, features % groups == 0
    else {
      throw NetworkError(
        "\(filters) filters of \(features) features do not fall into \(groups) groups.")
    }
    guard strides == 1 || dilationRate == 1 else {
      throw NetworkError("strides \(strides) and dilation_rate \(dilationRate) exclude each other.")
    }
    let (window, count) = try padding.windows(
      input.shape.steps, size: kernelSize, stride: strides, dilation: dilationRate)
    let shape = [kernelSize, features / groups, filters]
    guard (try? Shape.output(shape.reversed())) != nil else {
      throw NetworkError("a kernel of \(shape) is too large.")
    }
    let kernel = blueprint.parameter(
      "kernel", shape, kernelInitializer, regularizer: kernelRegularizer,
      constraint: kernelConstraint)
    let bias =
      useBias
      ? blueprint.parameter(
        "bias", [filters], biasInitializer, regularizer: biasRegularizer,
        constraint: biasConstraint) : nil
    let output = blueprint.value(try Shape.output([count, filters]), differentiable: true)
    blueprint.append(operation(kernel, bias, window, input, output, &blueprint))
    blueprint.count(flops: 2 * kernel.count * count)
    return [activation == .linear ? output : blueprint.activate(activation, output)]
  }

  private func operation(
    _ kernel: Slot, _ bias: Slot?, _ window: Window, _ input: Value, _ output: Value,
    _ blueprint: inout Blueprint
  ) -> ConvolutionOperation {
    let depth = kernelSize * input.shape.features / groups
    let flat = Slot(offset: kernel.offset, shape: [depth, filters])
    let products = (0..<groups).map { group in
      let width = filters / groups
      return Projection(
        flat, columns: group * width..<(group + 1) * width, bias: bias, steps: output.shape.steps,
        differentiable: input.gradient != nil, &blueprint)
    }
    let columns = output.shape.steps * depth * groups
    return ConvolutionOperation(
      input: input, output: output, window: window, products: products, depth: depth,
      patches: blueprint.scratch(perRow: columns),
      patchGradients: input.gradient == nil ? nil : blueprint.scratch(perRow: columns))
  }
}
