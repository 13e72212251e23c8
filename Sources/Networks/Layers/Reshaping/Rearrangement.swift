import Kernels
import Tensors

extension Blueprint {
  /// Appends a copy whose axis j is the input's axis `order[j]`, or repeats the input where that is nil.
  ///
  /// - Parameters:
  ///   - input: what is copied.
  ///   - order: an axis of the input's sample for each axis of the result.
  ///   - shape: the result's shape.
  ///   - mask: which steps of the result count.
  /// - Returns: the result.
  /// - Throws: a sentence when a sample has too many axes.
  mutating func rearrange(
    _ input: Value, _ order: [Int?], shape: Shape, mask: Extent? = nil
  ) throws(NetworkError) -> Value {
    try input.shape.checkAxes()
    try shape.checkAxes()
    let output = value(shape, differentiable: input.gradient != nil, mask: mask)
    append(Rearrangement(input: input, output: output, order: order))
    return output
  }

  /// Appends a permutation of a sample's axes.
  mutating func permute(_ input: Value, _ order: [Int]) throws(NetworkError) -> Value {
    try rearrange(input, order, shape: Shape(order.map { input.shape.dimensions[$0] }))
  }

  /// Repeats a value to a shape by the rule that axes of extent 1 fit any extent; `order` says which
  /// of its axes each axis of the shape is, nil for new ones.
  mutating func broadcast(
    _ input: Value, _ order: [Int?], to shape: Shape
  ) throws(NetworkError) -> Value {
    if input.shape == shape { return input }
    let axes = zip(order, shape.dimensions).map { axis, extent -> Int? in
      axis.flatMap { input.shape.dimensions[$0] == extent ? $0 : nil }
    }
    return try rearrange(input, axes, shape: shape, mask: input.mask)
  }
}

/// A copy between two orders of axes; backward, repeated numbers sum their gradients.
private struct Rearrangement: Operation {
  let input: Value
  let output: Value
  let order: [Int?]

  func forward(_ pass: borrowing Pass) {
    let (source, target) = lanes(pass.rows)
    copyStrided(
      extents: Strides.extents(output.shape, rows: pass.rows), pass.matrix(input).base,
      strides: source, into: pass.matrix(output).base, strides: target)
  }

  func backward(_ pass: borrowing Pass) {
    guard let dx = pass.gradient(input), let dy = pass.gradient(output) else { return }
    let (source, target) = lanes(pass.rows)
    dx.fill(0)
    addStrided(
      extents: Strides.extents(output.shape, rows: pass.rows), dy.base, strides: target,
      to: dx.base, strides: source)
  }

  private func lanes(_ rows: Int) -> (source: AxisNumbers, target: AxisNumbers) {
    let source = Strides.timeMajor(input.shape, rows: rows)
    let target = Strides.timeMajor(output.shape, rows: rows)
    return (
      source.gathered(order, rank: input.shape.dimensions.count),
      target.lanes(rank: output.shape.dimensions.count)
    )
  }
}
