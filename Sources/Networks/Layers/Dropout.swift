import Tensors

/// Sets a share of its inputs to zero while training, and scales the rest, as Keras's `Dropout`.
public struct Dropout: Layer {
  /// Keras's name of the class.
  public static let className = "Dropout"
  /// The layer's name.
  public var name: String?
  /// The share of inputs that is dropped.
  public var rate: Double

  /// A layer that drops a share of its inputs.
  public init(_ rate: Double, name: String? = nil) {
    self.rate = rate
    self.name = name
  }

  /// Declares the mask: one factor for each number of a sample.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    try DropoutMask.check(rate, "rate")
    let output = blueprint.value(
      input.shape, differentiable: input.gradient != nil, mask: input.mask)
    let mask = DropoutMask(columns: input.shape.count, rate: rate, &blueprint)
    blueprint.append(DropoutOperation(input: input, output: output, mask: mask, rate: rate))
    return [output]
  }
}

struct DropoutOperation: Operation {
  let input: Value
  let output: Value
  let mask: DropoutMask
  let rate: Double

  func forward(_ pass: borrowing Pass) {
    let (x, y) = (pass.matrix(input), pass.matrix(output))
    guard pass.training, rate > 0 else { return y.assign(x) }
    mask.draw(pass)
    mask.applyAcrossSteps(x, into: y, pass)
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output), let dx = pass.gradient(input) else { return }
    guard pass.training, rate > 0 else { return dx.assign(dy) }
    mask.applyAcrossSteps(dy, into: dx, pass)
  }
}
