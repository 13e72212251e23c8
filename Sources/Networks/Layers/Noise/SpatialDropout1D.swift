import Tensors

/// Drops whole features of a sequence while training, as Keras's `SpatialDropout1D`.
public struct SpatialDropout1D: Layer {
  /// Keras's name of the class.
  public static let className = "SpatialDropout1D"
  /// The layer's name.
  public var name: String?
  /// The share of features that is dropped.
  public var rate: Double

  /// A layer that drops a share of the features.
  public init(_ rate: Double, name: String? = nil) {
    self.rate = rate
    self.name = name
  }

  /// Declares the mask: one factor for each feature of a sample.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    try input.checkSequence(Self.className)
    try DropoutMask.check(rate, "rate")
    let output = blueprint.value(
      input.shape, differentiable: input.gradient != nil, mask: input.mask)
    let mask = DropoutMask(columns: input.shape.features, rate: rate, &blueprint)
    blueprint.append(
      SpatialDropoutOperation(input: input, output: output, mask: mask, rate: rate))
    return [output]
  }
}

private struct SpatialDropoutOperation: Operation {
  let input: Value
  let output: Value
  let mask: DropoutMask
  let rate: Double

  func forward(_ pass: borrowing Pass) {
    let (x, y) = (pass.matrix(input), pass.matrix(output))
    guard pass.training, rate > 0 else { return y.assign(x) }
    mask.draw(pass)
    mask.apply(x, into: y, pass)
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output), let dx = pass.gradient(input) else { return }
    guard pass.training, rate > 0 else { return dx.assign(dy) }
    mask.apply(dy, into: dx, pass)
  }
}
