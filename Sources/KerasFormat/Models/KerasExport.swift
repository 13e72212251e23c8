import Networks
import Tensors

extension SavedModel {
  /// The same model of Keras's layers alone.
  ///
  /// Each layer of ours is replaced by the one of Keras that computes the same from the same numbers
  /// in another order; other layers stay. The outputs of both are compared before it is returned. An
  /// optimizer of ours is left out.
  ///
  /// - Returns: the model, and a sentence about each thing that changed; none where Keras has all
  ///   layers.
  /// - Throws: a sentence that names a layer for which Keras has none.
  public func forKeras() throws -> (model: SavedModel, notices: [String]) {
    var replacement = LayerReplacement()
    let replaced = try replacement.replace(in: description.model, below: "")
    guard !replacement.places.isEmpty else { return withKerasOptimizer }
    var description = description
    description.model = replaced
    let network = try description.network(rows: network.rows)
    var model = SavedModel(
      description: description, network: network,
      weights: try replacement.weights(of: network, from: self), training: training)
    model.skipped = skipped
    model.selfTest = selfTest ?? SelfTest(of: self)
    try model.check(replacement)
    var notices = replacement.places.map { place in
      "The layer '\(place.path)', a \(place.className), is written as Keras's "
        + "\(type(of: place.equivalent.layer).className), which computes the same."
    }
    if optimizer != nil {
      notices.append("The optimizer's state is left out: its arrays belong to other layers.")
    }
    return (model, notices)
  }

  /// The same without an optimizer that Keras does not have.
  private var withKerasOptimizer: (model: SavedModel, notices: [String]) {
    guard let optimizer, optimizer.isOwn else { return (self, []) }
    var model = self
    model.optimizer = nil
    return (
      model,
      [
        "The optimizer and its state are left out: Keras has no \(optimizer.className). Compile the "
          + "model in Keras with another one."
      ]
    )
  }

  private func check(_ replacement: LayerReplacement) throws(KerasFormatError) {
    guard let test = selfTest else { return }
    let difference = test.difference(network, weights) ?? .infinity
    guard difference > test.tolerance else { return }
    let names = replacement.places.map { "'\($0.path)'" }.joined(separator: ", ")
    throw KerasFormatError(
      "Writing the model for Keras: with Keras's layers in the place of \(names) it does not compute "
        + "the same; the worst output is off by \(Float(difference)) of the largest. Please report "
        + "this.")
  }
}

/// Puts layers of Keras in the place of ours, and their arrays in the place of theirs.
private struct LayerReplacement {
  /// Where a layer was replaced.
  struct Place {
    /// Keras's path to it.
    let path: String
    /// The class that it had.
    let className: String
    /// What is there now.
    let equivalent: KerasEquivalent
  }

  private(set) var places: [Place] = []

  // MARK: Layers

  /// The model with layers replaced at any depth.
  mutating func replace(in model: any Model, below prefix: String) throws -> any Model {
    var model = model
    for (index, name) in try model.layerNames().enumerated() {
      guard
        let layer = try replacement(for: model.layers[index], name: name, at: "\(prefix)\(name)")
      else { continue }
      model.replaceLayer(at: index, with: layer)
    }
    return model
  }

  /// What stands in the place of a layer; nil where it stays.
  private mutating func replacement(
    for layer: any Layer, name: String, at path: String
  ) throws -> (any Layer)? {
    let before = places.count
    if let model = layer as? any Model {
      let inner = try replace(in: model, below: "\(path)/")
      return places.count == before ? nil : inner
    }
    if var wrapper = layer as? TimeDistributed {
      let inner = wrapper.layer.name ?? snakeCase(type(of: wrapper.layer).className)
      guard
        let found = try replacement(for: wrapper.layer, name: inner, at: "\(path)/\(inner)")
      else { return nil }
      wrapper.layer = found
      return wrapper
    }
    if let wrapper = layer as? Bidirectional { return try replaced(wrapper, at: path) }
    guard let own = layer as? any OwnLayer else { return nil }
    return try note(own, name: name, at: path).layer
  }

  /// Both directions, each at its own path.
  private mutating func replaced(
    _ wrapper: Bidirectional, at path: String
  ) throws -> Bidirectional? {
    var result = wrapper
    var isChanged = false
    for (direction, isForward) in [(wrapper.forward, true), (wrapper.backward, false)] {
      guard let own = direction as? any OwnLayer else { continue }
      let name = direction.name ?? snakeCase(type(of: direction).className)
      let found = try note(own, name: name, at: "\(path)/\(name)").layer
      guard let recurrent = found as? any RecurrentLayer else {
        throw KerasFormatError("Writing the model for Keras: '\(path)' has no direction any more.")
      }
      if isForward { result.layer = recurrent } else { result.backwardLayer = recurrent }
      isChanged = true
    }
    return isChanged ? result : nil
  }

  private mutating func note(
    _ own: any OwnLayer, name: String, at path: String
  ) throws -> KerasEquivalent {
    let equivalent: KerasEquivalent
    do {
      equivalent = try own.kerasEquivalent(named: name)
    } catch {
      throw KerasFormatError("Writing the model for Keras: the layer '\(path)': \(error).")
    }
    places.append(Place(path: path, className: type(of: own).className, equivalent: equivalent))
    return equivalent
  }

  // MARK: Arrays

  /// The weights of the new network.
  func weights(of network: Network, from model: SavedModel) throws -> Arena {
    let weights = Arena(count: network.parameterCount)
    for parameter in network.parameters {
      guard let old = model.network.parameters.first(where: { $0.path == parameter.path }),
        old.slot.shape == parameter.slot.shape
      else { continue }
      _ = weights[parameter.slot].update(fromContentsOf: model.weights[old.slot])
    }
    for place in places { try fill(place, network, weights, from: model) }
    return weights
  }

  private func fill(
    _ place: Place, _ network: Network, _ weights: Arena, from model: SavedModel
  ) throws {
    var arrays: [LayerArray] = []
    for parameter in model.network.parameters where parameter.path.hasPrefix("\(place.path)/") {
      arrays.append(array(parameter, model.weights))
    }
    for path in place.equivalent.borrowed {
      guard let parameter = model.network.parameters.first(where: { $0.path == path }) else {
        throw KerasFormatError(
          "Writing the model for Keras: the layer '\(place.path)' needs '\(path)', which the model "
            + "does not have.")
      }
      arrays.append(array(parameter, model.weights))
    }
    let targets = network.parameters.filter { $0.path.hasPrefix("\(place.path)/") }
    let made = place.equivalent.arrays(arrays)
    precondition(
      made.map(\.shape) == targets.map(\.slot.shape), "arrays of other shapes for \(place.path)")
    for (target, array) in zip(targets, made) {
      _ = weights[target.slot].update(fromContentsOf: array.values)
    }
  }

  private func array(_ parameter: Parameter, _ weights: Arena) -> LayerArray {
    LayerArray(shape: parameter.slot.shape, values: Array(weights[parameter.slot]))
  }
}
