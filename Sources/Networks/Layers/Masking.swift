import Tensors

/// Leaves out the steps whose features all are one value, as Keras's `Masking`: they come out as
/// zeros, and layers that know masks pass over them.
public struct Masking: Layer {
  /// Keras's name of the class.
  public static let className = "Masking"
  /// The layer's name.
  public var name: String?
  /// What the features of a step that does not count are.
  public var maskValue: Double

  /// A layer that leaves out steps full of a value.
  public init(_ maskValue: Double = 0, name: String? = nil) {
    self.maskValue = maskValue
    self.name = name
  }

  /// Declares the mask, [T·rows], and the output.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    guard input.shape.dimensions.count == 2 else {
      throw NetworkError("Masking needs sequences (None, T, features), and got \(input.shape).")
    }
    let mask = blueprint.scratch(perRow: input.shape.steps)
    let output = blueprint.value(
      input.shape, differentiable: input.gradient != nil, mask: mask)
    blueprint.append(
      MaskingOperation(input: input, output: output, mask: mask, maskValue: Float(maskValue)))
    return [output]
  }
}

struct MaskingOperation: Operation {
  let input: Value
  let output: Value
  let mask: Extent
  let maskValue: Float

  func forward(_ pass: borrowing Pass) {
    let (x, y) = (pass.matrix(input), pass.matrix(output))
    let factors = pass.scratch(mask, columns: 1)
    for row in 0..<x.rows {
      let features = UnsafeBufferPointer(start: x.base + row * x.stride, count: x.columns)
      factors.base[row] = features.contains { $0 != maskValue } ? 1 : 0
    }
    y.assign(x)
    StepMask(factors).clearMasked(y)
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output), let dx = pass.gradient(input) else { return }
    dx.assign(dy)
    StepMask(pass.scratch(mask, columns: 1)).clearMasked(dx)
  }
}
