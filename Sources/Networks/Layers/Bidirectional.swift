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
  /// Whether training leaves the layer that runs forward as it is.
  public var isForwardFrozen = false
  /// Whether training leaves the layer that runs backward as it is.
  public var isBackwardFrozen = false
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
    if let backwardLayer { return named(backwardLayer, "") }
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
    if input.mask != nil, forward.walk.returnSequences, !forward.walk.zeroOutputForMask {
      blueprint.formerMeanings.insert(.repeatedSteps)
    }
    let readers = blueprint.fork(input, 2)
    let states = inputs.dropFirst()
    let one = try blueprint.build(
      forward, name: forward.name ?? "forward", object: "forward_layer",
      isFrozen: isForwardFrozen, [readers[0]] + states.prefix(counts.0))
    let other = try blueprint.build(
      backward, name: backward.name ?? "backward", object: "backward_layer",
      isFrozen: isBackwardFrozen, [readers[1]] + states.dropFirst(counts.0))
    return try blueprint.merge(one[0], other[0], mergeMode) + one.dropFirst() + other.dropFirst()
  }
}
