import Tensors

/// A layer that merges inputs element by element; axes of extent 1, and missing ones, are repeated.
public protocol Merging: Layer {
  /// Which steps count in the output, where inputs have masks.
  var maskRule: MaskRule { get set }
  /// What is done.
  static var merge: Merge { get }
}

/// The ways to merge element by element.
public enum Merge: Sendable, Hashable {
  /// The sum.
  case add
  /// The first less the second.
  case subtract
  /// The product.
  case multiply
  /// The mean.
  case average
  /// The largest.
  case maximum
  /// The smallest.
  case minimum
}

extension Merging {
  /// Declares the output.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    guard inputs.count >= 1, Self.merge != .subtract || inputs.count == 2 else {
      let wanted = Self.merge == .subtract ? "two inputs" : "inputs"
      throw NetworkError("\(Self.className) takes \(wanted), and got \(inputs.count).")
    }
    let shape = try Shape.output(commonExtents(inputs))
    var parts: [Value] = []
    for input in inputs {
      parts.append(try blueprint.broadcast(input, axes(input, shape), to: shape))
    }
    // A mask fits where the steps are those of the output.
    let masked = inputs.map { input in
      input.mask.flatMap { input.shape.steps == shape.steps ? $0 : nil }
    }
    let output = blueprint.value(
      shape, differentiable: parts.contains { $0.gradient != nil },
      mask: blueprint.mergedMask(masked, maskRule))
    let masks = maskRule == .any ? masked : masked.map { _ in nil }
    blueprint.append(operation(parts, output, masks, &blueprint))
    return [output]
  }

  private func operation(
    _ parts: [Value], _ output: Value, _ masks: [Extent?], _ blueprint: inout Blueprint
  ) -> any Operation {
    switch Self.merge {
    case .add: LinearMerge(inputs: parts, output: output, factors: parts.map { _ in 1 })
    case .subtract: LinearMerge(inputs: parts, output: output, factors: [1, -1])
    case .average:
      LinearMerge(
        inputs: parts, output: output, factors: parts.map { _ in 1 / Float(parts.count) })
    case .multiply: ProductMerge(inputs: parts, output: output, masks: masks)
    case .maximum, .minimum:
      ExtremeMerge(
        inputs: parts, output: output, masks: masks, sign: Self.merge == .maximum ? 1 : -1,
        winners: blueprint.scratch(perRow: output.shape.count))
    }
  }

  /// The extents that all inputs repeat to.
  private func commonExtents(_ inputs: [Value]) throws(NetworkError) -> [Int] {
    var common: [Int] = []
    for input in inputs {
      var (longer, shorter) = (common, input.shape.dimensions)
      if longer.count < shorter.count { swap(&longer, &shorter) }
      // A sample of fewer axes gets new ones before its first.
      for (offset, extent) in shorter.reversed().enumerated() {
        let axis = longer.count - 1 - offset
        guard longer[axis] == extent || longer[axis] == 1 || extent == 1 else {
          throw NetworkError("\(Self.className) cannot merge samples of \(inputs.map(\.shape)).")
        }
        longer[axis] = longer[axis] == 1 ? extent : longer[axis]
      }
      common = longer
    }
    return common
  }

  private func axes(_ input: Value, _ shape: Shape) -> [Int?] {
    let missing = shape.dimensions.count - input.shape.dimensions.count
    return shape.dimensions.indices.map { $0 < missing ? nil : $0 - missing }
  }
}
