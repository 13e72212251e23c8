import Kernels
import Tensors

/// The largest numbers of windows over time, as Keras's `MaxPooling1D`.
public struct MaxPooling1D: Layer {
  /// Keras's name of the class.
  public static let className = "MaxPooling1D"
  /// The layer's name.
  public var name: String?
  /// How many steps a window has.
  public var poolSize: Int
  /// How many steps lie between windows; nil for as many as they have.
  public var strides: Int?
  /// How the ends are treated.
  public var padding: Padding

  /// A layer that pools, with Keras's defaults.
  public init(
    _ poolSize: Int = 2, strides: Int? = nil, padding: Padding = .valid, name: String? = nil
  ) {
    self.poolSize = poolSize
    self.strides = strides
    self.padding = padding
    self.name = name
  }

  /// Declares the output [windows, features].
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    try input.checkSequence(Self.className)
    let (window, output) = try blueprint.pooled(
      input, padding, size: poolSize, stride: strides ?? poolSize)
    blueprint.append(
      MaxPoolOperation(
        input: input, output: output, window: window,
        taken: blueprint.scratch(perRow: input.shape.features)))
    return [output]
  }
}

/// The means of windows over time, as Keras's `AveragePooling1D`.
public struct AveragePooling1D: Layer {
  /// Keras's name of the class.
  public static let className = "AveragePooling1D"
  /// The layer's name.
  public var name: String?
  /// How many steps a window has.
  public var poolSize: Int
  /// How many steps lie between windows; nil for as many as they have.
  public var strides: Int?
  /// How the ends are treated.
  public var padding: Padding

  /// A layer that pools, with Keras's defaults.
  public init(
    _ poolSize: Int = 2, strides: Int? = nil, padding: Padding = .valid, name: String? = nil
  ) {
    self.poolSize = poolSize
    self.strides = strides
    self.padding = padding
    self.name = name
  }

  /// Declares the output [windows, features].
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    try input.checkSequence(Self.className)
    let (window, output) = try blueprint.pooled(
      input, padding, size: poolSize, stride: strides ?? poolSize)
    blueprint.append(AveragePoolOperation(input: input, output: output, window: window))
    return [output]
  }
}

extension Blueprint {
  /// Declares what windows over an input make.
  fileprivate mutating func pooled(
    _ input: Value, _ padding: Padding, size: Int, stride: Int
  ) throws(NetworkError) -> (window: Window, output: Value) {
    guard padding != .causal else {
      throw NetworkError("padding must be 'valid' or 'same', not 'causal'.")
    }
    let (window, count) = try padding.windows(input.shape.steps, size: size, stride: stride)
    let output = value(
      Shape([count, input.shape.features]), differentiable: input.gradient != nil)
    return (window, output)
  }
}

private struct MaxPoolOperation: Operation {
  let input: Value
  let output: Value
  let window: Window
  let taken: Extent

  func forward(_ pass: borrowing Pass) {
    maxPool(
      window, steps: input.shape.steps, outputs: output.shape.steps,
      width: pass.rows * input.shape.features, pass.matrix(input).base,
      into: pass.matrix(output).base)
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output), let dx = pass.gradient(input) else { return }
    maxPoolGradient(
      window, steps: input.shape.steps, outputs: output.shape.steps,
      width: pass.rows * input.shape.features, x: pass.matrix(input).base,
      y: pass.matrix(output).base, dy: dy.base, into: dx.base,
      taken: pass.workspace.base + taken.offset)
  }
}

private struct AveragePoolOperation: Operation {
  let input: Value
  let output: Value
  let window: Window

  func forward(_ pass: borrowing Pass) {
    averagePool(
      window, steps: input.shape.steps, outputs: output.shape.steps,
      width: pass.rows * input.shape.features, pass.matrix(input).base,
      into: pass.matrix(output).base)
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output), let dx = pass.gradient(input) else { return }
    averagePoolGradient(
      window, steps: input.shape.steps, outputs: output.shape.steps,
      width: pass.rows * input.shape.features, dy: dy.base, into: dx.base)
  }
}
