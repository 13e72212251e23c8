import Kernels
import Tensors

/// The largest number of each feature over time, as Keras's `GlobalMaxPooling1D`.
public struct GlobalMaxPooling1D: Layer {
  /// Keras's name of the class.
  public static let className = "GlobalMaxPooling1D"
  /// The layer's name.
  public var name: String?
  /// Whether the output is a sequence of one step.
  public var keepdims: Bool

  /// A layer that takes the largest over time.
  public init(keepdims: Bool = false, name: String? = nil) {
    self.keepdims = keepdims
    self.name = name
  }

  /// Declares the output [features], or [1, features].
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    try input.checkSequence(Self.className)
    let output = blueprint.value(
      Shape((keepdims ? [1] : []) + [input.shape.features]),
      differentiable: input.gradient != nil)
    blueprint.append(
      GlobalMaxOperation(
        input: input, output: output, ties: blueprint.scratch(perRow: input.shape.features)))
    return [output]
  }
}

/// The mean of each feature over the steps that count, as Keras's `GlobalAveragePooling1D`.
public struct GlobalAveragePooling1D: Layer {
  /// Keras's name of the class.
  public static let className = "GlobalAveragePooling1D"
  /// The layer's name.
  public var name: String?
  /// Whether the output is a sequence of one step.
  public var keepdims: Bool

  /// A layer that averages over time.
  public init(keepdims: Bool = false, name: String? = nil) {
    self.keepdims = keepdims
    self.name = name
  }

  /// Declares the output [features], or [1, features].
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    try input.checkSequence(Self.className)
    let output = blueprint.value(
      Shape((keepdims ? [1] : []) + [input.shape.features]),
      differentiable: input.gradient != nil)
    blueprint.append(GlobalAverageOperation(input: input, output: output))
    return [output]
  }
}

private struct GlobalMaxOperation: Operation {
  let input: Value
  let output: Value
  let ties: Extent

  func forward(_ pass: borrowing Pass) {
    largestStep(
      steps: input.shape.steps, width: pass.rows * input.shape.features, pass.matrix(input).base,
      into: pass.matrix(output).base)
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output), let dx = pass.gradient(input) else { return }
    largestStepGradient(
      steps: input.shape.steps, width: pass.rows * input.shape.features,
      x: pass.matrix(input).base, y: pass.matrix(output).base, dy: dy.base, into: dx.base,
      ties: pass.workspace.base + ties.offset)
  }
}

private struct GlobalAverageOperation: Operation {
  let input: Value
  let output: Value

  func forward(_ pass: borrowing Pass) {
    averageSteps(
      steps: input.shape.steps, rows: pass.rows, columns: input.shape.features,
      pass.matrix(input).base, mask: mask(pass), into: pass.matrix(output).base)
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output), let dx = pass.gradient(input) else { return }
    averageStepsGradient(
      steps: input.shape.steps, rows: pass.rows, columns: input.shape.features, dy: dy.base,
      mask: mask(pass), into: dx.base)
  }

  private func mask(_ pass: borrowing Pass) -> UnsafePointer<Float>? {
    input.mask.map { UnsafePointer(pass.scratch($0, columns: 1).base) }
  }
}
