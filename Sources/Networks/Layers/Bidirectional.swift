import Tensors

/// Runs a recurrent layer over a sequence from both ends, as Keras's `Bidirectional`.
public struct Bidirectional: Layer {
  /// Keras's name of the class.
  public static let className = "Bidirectional"
  /// The layer's name.
  public var name: String?
  /// The layer that runs forward.
  public var layer: any RecurrentLayer
  /// The layer that runs backward; nil for one with the same options, and weights of its own.
  public var backwardLayer: (any RecurrentLayer)?
  /// How the two outputs become one; nil leaves them two.
  public var mergeMode: MergeMode?
  /// Whether masked steps of sequences are zeros, as in Keras 3 and TensorFlow's Keras 2; before,
  /// they repeated the step before.
  public var zeroesMaskedSteps = true

  /// How two outputs become one.
  public enum MergeMode: String, Sendable, CaseIterable {
    /// One after the other on the last axis.
    case concat
    /// y + y′
    case sum
    /// (y + y′) / 2
    case average = "ave"
    /// y ⊙ y′
    case product = "mul"
  }

  /// A layer and its mirror image, with Keras's defaults.
  public init(
    _ layer: any RecurrentLayer, backwardLayer: (any RecurrentLayer)? = nil,
    mergeMode: MergeMode? = .concat, name: String? = nil
  ) {
    self.layer = layer
    self.backwardLayer = backwardLayer
    self.mergeMode = mergeMode
    self.name = name
  }

  /// The layer that runs forward, under the name that Keras gives it.
  public var forward: any RecurrentLayer { named(layer, "forward_") }

  /// The layer that runs backward, under the name that Keras gives it.
  public var backward: any RecurrentLayer {
    if let backwardLayer { return named(backwardLayer, "backward_") }
    var backward = layer
    backward.walk.goBackwards.toggle()
    if backward.name?.hasPrefix("forward_") == true {
      backward.name?.removeFirst("forward_".count)
    }
    return named(backward, "backward_")
  }

  private func named(_ layer: any RecurrentLayer, _ prefix: String) -> any RecurrentLayer {
    var layer = layer
    let name = layer.name ?? snakeCase(type(of: layer).className)
    layer.name = name.hasPrefix(prefix) ? name : prefix + name
    layer.walk.zeroOutputForMask =
      layer.walk.zeroOutputForMask || zeroesMaskedSteps && layer.walk.returnSequences
    return layer
  }

  /// Builds both layers on the same sequence, and merges what they put out.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let (forward, backward) = (forward, backward)
    let counts = (forward.stateSizes.count, backward.stateSizes.count)
    guard let input = inputs.first,
      inputs.count == 1 || inputs.count == 1 + counts.0 + counts.1
    else {
      throw NetworkError(
        "Bidirectional takes a sequence, or a sequence and its \(counts.0 + counts.1) initial "
          + "states, and got \(inputs.count) inputs.")
    }
    guard forward.walk.returnSequences == backward.walk.returnSequences,
      forward.walk.returnState == backward.walk.returnState,
      forward.walk.goBackwards != backward.walk.goBackwards
    else {
      throw NetworkError(
        "the two layers of Bidirectional must return the same and walk in opposite directions.")
    }
    let readers = blueprint.fork(input, 2)
    let states = inputs.dropFirst()
    let one = try blueprint.build(
      forward, name: forward.name ?? "forward", object: "forward_layer",
      [readers[0]] + states.prefix(counts.0))
    let other = try blueprint.build(
      backward, name: backward.name ?? "backward", object: "backward_layer",
      [readers[1]] + states.dropFirst(counts.0))
    return try blueprint.merge(one[0], other[0], mergeMode) + one.dropFirst() + other.dropFirst()
  }
}

extension Blueprint {
  /// Merges what a layer and its mirror image put out; sequences of the latter are turned round.
  fileprivate mutating func merge(
    _ one: Value, _ other: Value, _ mode: Bidirectional.MergeMode?
  ) throws(NetworkError) -> [Value] {
    let (shape, second) = (one.shape, other.shape)
    guard mode == nil || mode == .concat || shape == second else {
      throw NetworkError("outputs of \(shape) and \(second) cannot be merged element by element.")
    }
    let merged: [Shape] =
      switch mode {
      case nil: [shape, second]
      case .concat: [Shape(shape.dimensions.dropLast() + [shape.features + second.features])]
      default: [shape]
      }
    let outputs = merged.map { value($0, differentiable: true, mask: one.mask) }
    append(MirrorOperation(forward: one, backward: other, outputs: outputs, mode: mode))
    return outputs
  }
}

/// Merges a sequence with one whose steps come from last to first.
private struct MirrorOperation: Operation {
  let forward: Value
  let backward: Value
  let outputs: [Value]
  let mode: Bidirectional.MergeMode?

  func forward(_ pass: borrowing Pass) {
    let (x, mirrored) = (pass.matrix(forward), pass.matrix(backward))
    for step in 0..<forward.shape.steps {
      let (one, other) = (rows(step, of: x, pass), rows(mirror(step), of: mirrored, pass))
      let y = rows(step, of: pass.matrix(outputs[0]), pass)
      switch mode {
      case nil:
        y.assign(one)
        rows(step, of: pass.matrix(outputs[1]), pass).assign(other)
      case .concat:
        y.columns(0..<one.columns).assign(one)
        y.columns(one.columns..<y.columns).assign(other)
      case .product:
        y.assignProduct(one, other)
      case .sum, .average:
        y.assign(one)
        y.add(other)
        if mode == .average { y.halve() }
      }
    }
  }

  func backward(_ pass: borrowing Pass) {
    guard let dx = pass.gradient(forward), let dMirrored = pass.gradient(backward),
      let slopes = pass.gradient(outputs[0])
    else { return }
    for step in 0..<forward.shape.steps {
      let dy = rows(step, of: slopes, pass)
      let (one, other) = (rows(step, of: dx, pass), rows(mirror(step), of: dMirrored, pass))
      switch mode {
      case nil:
        one.assign(dy)
        if let second = pass.gradient(outputs[1]) { other.assign(rows(step, of: second, pass)) }
      case .concat:
        one.assign(dy.columns(0..<one.columns))
        other.assign(dy.columns(one.columns..<dy.columns))
      case .product:
        one.assignProduct(dy, rows(mirror(step), of: pass.matrix(backward), pass))
        other.assignProduct(dy, rows(step, of: pass.matrix(forward), pass))
      case .sum, .average:
        one.assign(dy)
        if mode == .average { one.halve() }
        other.assign(one)
      }
    }
  }

  private func mirror(_ step: Int) -> Int { forward.shape.steps - 1 - step }

  private func rows(_ step: Int, of matrix: Matrix, _ pass: borrowing Pass) -> Matrix {
    matrix.rows(step * pass.rows..<(step + 1) * pass.rows)
  }
}

extension Matrix {
  fileprivate func halve() {
    for row in 0..<rows {
      for column in 0..<columns { base[row * stride + column] *= 0.5 }
    }
  }
}
