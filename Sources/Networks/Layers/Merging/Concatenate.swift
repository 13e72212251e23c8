import Tensors

/// Puts its inputs one behind the other along an axis, as Keras's `Concatenate`.
public struct Concatenate: Layer {
  /// Keras's name of the class.
  public static let className = "Concatenate"
  /// The layer's name.
  public var name: String?
  /// The axis, with the batch as axis 0; negative ones count from the end.
  public var axis: Int
  /// Which steps count afterwards, where features are put together.
  public var maskRule: MaskRule

  /// A layer that concatenates.
  public init(axis: Int = -1, maskRule: MaskRule = .any, name: String? = nil) {
    self.axis = axis
    self.maskRule = maskRule
    self.name = name
  }

  /// Declares the output.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    guard let first = inputs.first else { throw NetworkError("there is nothing to concatenate.") }
    let axis = try first.shape.axis(axis)
    var extents = first.shape.dimensions
    for input in inputs.dropFirst() {
      var other = input.shape.dimensions
      if other.indices.contains(axis) {
        extents[axis] += other[axis]
        other[axis] = first.shape.dimensions[axis]
      }
      guard other == first.shape.dimensions else {
        throw NetworkError(
          "inputs of \(inputs.map(\.shape)) differ in other axes than \(self.axis).")
      }
    }
    let output = blueprint.value(
      try Shape.output(extents), differentiable: inputs.contains { $0.gradient != nil },
      mask: mask(inputs, axis, &blueprint))
    // Everything behind the axis, and the axis itself, stands together in memory; the first axis of
    // a sequence has all rows behind it.
    let isTime = axis == 0 && first.shape.isSequence
    let inner = extents[(axis + 1)...].reduce(1, *)
    let widths = inputs.map { isTime ? $0.shape.count : $0.shape.dimensions[axis] * inner }
    blueprint.append(
      Concatenation(inputs: inputs, output: output, widths: widths, isTime: isTime))
    return [output]
  }

  /// Steps in time keep their masks; elsewhere a step counts when a number of it does.
  private func mask(
    _ inputs: [Value], _ axis: Int, _ blueprint: inout Blueprint
  ) -> Extent? {
    if axis == 0 { return blueprint.concatenatedMask(inputs) }
    let masks = inputs.compactMap(\.mask)
    // Numbers of an input without a mask count, so every step has some that do.
    if masks.isEmpty || (maskRule == .any && masks.count < inputs.count) {
      return masks.isEmpty ? nil : blueprint.ones(like: masks[0])
    }
    return blueprint.combined(masks, maskRule)
  }
}

extension Blueprint {
  /// A mask by which every step counts.
  fileprivate mutating func ones(like mask: Extent) -> Extent {
    let output = scratch(perRow: mask.perRow)
    append(MaskOfOnes(output: output))
    return output
  }
}

private struct MaskOfOnes: Operation {
  let output: Extent

  func forward(_ pass: borrowing Pass) { pass.scratch(output, columns: 1).fill(1) }
  func backward(_ pass: borrowing Pass) {}
}

/// Blocks of columns side by side, or of steps one behind the other.
private struct Concatenation: Operation {
  let inputs: [Value]
  let output: Value
  let widths: [Int]
  let isTime: Bool

  func forward(_ pass: borrowing Pass) {
    forEachPart(pass.matrix(output), pass) { index, part, pass in
      part.assign(wide(pass.matrix(inputs[index]), index, pass))
    }
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output) else { return }
    forEachPart(dy, pass) { index, part, pass in
      guard let dx = pass.gradient(inputs[index]) else { return }
      wide(dx, index, pass).assign(part)
    }
  }

  private func forEachPart(
    _ whole: Matrix, _ pass: borrowing Pass, _ body: (Int, Matrix, borrowing Pass) -> Void
  ) {
    let width = widths.reduce(0, +)
    var first = 0
    for (index, part) in widths.enumerated() {
      if isTime {
        let count = part * pass.rows
        body(index, Matrix(whole.base + first * pass.rows, rows: 1, columns: count), pass)
      } else {
        let rows = Matrix(whole.base, rows: whole.count / width, columns: width)
        body(index, rows.columns(first..<first + part), pass)
      }
      first += part
    }
  }

  private func wide(_ matrix: Matrix, _ index: Int, _ pass: borrowing Pass) -> Matrix {
    let columns = isTime ? widths[index] * pass.rows : widths[index]
    return Matrix(matrix.base, rows: matrix.count / columns, columns: columns)
  }
}
