import Tensors

/// Multiplies by normal numbers around one while training, as Keras's `GaussianDropout`.
public struct GaussianDropout: Layer {
  /// Keras's name of the class.
  public static let className = "GaussianDropout"
  /// The layer's name.
  public var name: String?
  /// The share of a Dropout with the same variance.
  public var rate: Double

  /// A layer that multiplies by noise of the deviation √(rate / (1 - rate)).
  public init(_ rate: Double, name: String? = nil) {
    self.rate = rate
    self.name = name
  }

  /// Declares the output and the factors of a sample.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    try DropoutMask.check(rate, "rate")
    let output = blueprint.value(
      input.shape, differentiable: input.gradient != nil, mask: input.mask)
    let field = GaussianField(
      columns: input.shape.count, mean: 1, deviation: (rate / (1 - rate)).squareRoot(),
      &blueprint)
    blueprint.append(
      FactorOperation(input: input, output: output, field: field, isActive: rate > 0))
    return [output]
  }
}

private struct FactorOperation: Operation {
  let input: Value
  let output: Value
  let field: GaussianField
  let isActive: Bool

  func forward(_ pass: borrowing Pass) {
    if pass.training, isActive { field.draw(pass) }
    multiply(pass.matrix(input), into: pass.matrix(output), pass)
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output), let dx = pass.gradient(input) else { return }
    multiply(dy, into: dx, pass)
  }

  private func multiply(_ x: Matrix, into y: Matrix, _ pass: borrowing Pass) {
    guard pass.training, isActive else { return y.assign(x) }
    for step in 0..<input.shape.steps {
      let factors = field.step(step, features: x.columns, pass)
      y.step(step, pass).assignProduct(x.step(step, pass), factors)
    }
  }
}
