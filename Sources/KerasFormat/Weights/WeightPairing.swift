import Networks

/// Compares the arrays of a file with the parameters of a network, in each way there is.
struct WeightPairing {
  /// What came of one layer.
  enum Pair {
    /// It is in both and fits.
    case fits([Int: WeightSource])
    /// It is in one of both; in a sentence.
    case alone(String)
    /// It is in both with other shapes; in a sentence.
    case differs(String)
  }

  let stored: StoredModel
  let network: Network
  /// The layers of the network that own parameters.
  let groups: [ParameterGroup]
  /// The layers of the file that own arrays; Keras 3's objects as far as they make a layer.
  let layers: [StoredLayer]
  /// Whether a layer's arrays are found by paths.
  let isTree: Bool

  init(_ stored: StoredModel, _ network: Network) {
    self.stored = stored
    self.network = network
    groups = ParameterGroup.groups(of: network)
    let old = stored.layers.filter { !$0.weights.isEmpty }
    isTree = old.isEmpty
    layers = old.isEmpty ? Self.layers(of: stored) : old
  }

  var isEmpty: Bool { layers.isEmpty }

  // MARK: The three ways

  /// Keras's own way.
  func byTopology() -> [Pair] {
    if isTree { return tree.pairs() }
    let names = layers.map(\.name)
    let named = byName()
    if Set(names).count == names.count, named.allSatisfy(\.fits) { return named }
    guard layers.count == groups.count else {
      // Keras 1 stored the layers of inner models one by one.
      return byOrder().map { [.fits($0)] } ?? named
    }
    return zip(groups, layers).map { pair($0, $1) }
  }

  /// Layers of one name.
  func byName() -> [Pair] {
    if isTree { return tree.pairsByName() }
    var pairs: [Pair] = []
    for group in groups {
      if let layer = layers.first(where: { $0.name == group.layer }) {
        pairs.append(pair(group, layer))
      } else {
        pairs.append(.alone("The layer '\(group.layer)' is not in the file and keeps its start."))
      }
    }
    let known = Set(groups.map(\.layer))
    for layer in layers where !known.contains(layer.name) {
      pairs.append(.alone("The file's layer '\(layer.name)' is not in the model."))
    }
    return pairs
  }

  /// All arrays in a row; nil if they do not fit.
  func byOrder() -> [Int: WeightSource]? {
    let arrays = layers.flatMap(\.weights)
    var found: [Int: WeightSource] = [:]
    var rest = arrays[...]
    for group in groups {
      // The rest must hold the group at its beginning, in one of the orders.
      guard let (sources, count) = sources(of: group, from: rest, all: false) else { return nil }
      found.merge(sources) { first, _ in first }
      rest = rest.dropFirst(count)
    }
    return rest.isEmpty ? found : nil
  }

  private var tree: ObjectTree { ObjectTree(stored, network) }

  // MARK: One layer

  func pair(_ group: ParameterGroup, _ layer: StoredLayer) -> Pair {
    if let (found, _) = sources(of: group, from: layer.weights[...], all: true) {
      return .fits(found)
    }
    return .differs(
      "The layer '\(group.layer)' has \(describe(group)); the file's layer '\(layer.name)' has "
        + "\(Self.describe(layer)).")
  }

  /// What fills the parameters of a layer from arrays, in any of the orders in which Keras may have
  /// stored them: what is trained first.
  func sources(
    of group: ParameterGroup, from arrays: ArraySlice<StoredArray>, all: Bool
  ) -> (sources: [Int: WeightSource], count: Int)? {
    let indices = group.indices
    let parameters = network.parameters
    let orders = [
      indices.filter { parameters[$0].isTrained } + indices.filter { !parameters[$0].isTrained },
      indices.filter { parameters[$0].role == .weight }
        + indices.filter { parameters[$0].role != .weight },
      indices,
    ]
    for order in orders {
      guard let found = sources(of: order, from: arrays) else { continue }
      if !all || found.count == arrays.count { return found }
    }
    return nil
  }

  private func sources(
    of order: [Int], from arrays: ArraySlice<StoredArray>
  ) -> (sources: [Int: WeightSource], count: Int)? {
    var found: [Int: WeightSource] = [:]
    var rest = arrays
    for owner in ParameterOwner.owners(of: order, in: network) {
      guard let part = owner.sources(from: rest, network, isTheano: isTheano) else { return nil }
      for (index, source) in zip(owner.parameters, part.sources) { found[index] = source }
      rest = rest.dropFirst(part.count)
    }
    return (found, arrays.count - rest.count)
  }

  /// Keras 2 notes its backend, and turns Theano's kernels around.
  private var isTheano: Bool { stored.backend == "theano" }
}

extension WeightPairing.Pair {
  /// Whether it is in both and fits.
  var fits: Bool { if case .fits = self { true } else { false } }
}
