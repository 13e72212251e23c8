import Tensors

/// Adds normal numbers while training, as Keras's `GaussianNoise`.
public struct GaussianNoise: Layer {
  /// Keras's name of the class.
  public static let className = "GaussianNoise"
  /// The layer's name.
  public var name: String?
  /// The standard deviation of what is added.
  public var stddev: Double

  /// A layer that adds noise.
  public init(_ stddev: Double, name: String? = nil) {
    self.stddev = stddev
    self.name = name
  }

  /// Declares the output and the noise of a sample.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    guard stddev >= 0, stddev.isFinite else {
      throw NetworkError("stddev must be at least 0, not \(stddev).")
    }
    let output = blueprint.value(
      input.shape, differentiable: input.gradient != nil, mask: input.mask)
    let field = GaussianField(
      columns: input.shape.count, mean: 0, deviation: stddev, &blueprint)
    blueprint.append(
      NoiseOperation(input: input, output: output, field: field, isActive: stddev > 0))
    return [output]
  }
}

private struct NoiseOperation: Operation {
  let input: Value
  let output: Value
  let field: GaussianField
  let isActive: Bool

  func forward(_ pass: borrowing Pass) {
    let (x, y) = (pass.matrix(input), pass.matrix(output))
    y.assign(x)
    guard pass.training, isActive else { return }
    field.draw(pass)
    for step in 0..<input.shape.steps {
      y.step(step, pass).add(field.step(step, features: x.columns, pass))
    }
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output), let dx = pass.gradient(input) else { return }
    dx.assign(dy)
  }
}
