import Networks

/// Keras 3's variables by the objects that own them.
struct ObjectTree {
  private let network: Network
  /// The arrays of each object, in the order of their numbers.
  private let objects: [String: [StoredArray]]
  /// What the file calls an object, by its path.
  private let names: [String: String]

  init(_ stored: StoredModel, _ network: Network) {
    self.network = network
    names = stored.names
    objects = Dictionary(grouping: stored.variables.filter(Self.isWeight)) {
      Self.object(of: $0.name)
    }
  }

  /// The path of the object that owns a variable: all before `/vars/N`.
  static func object(of name: String) -> String {
    let parts = name.split(separator: "/")
    guard let end = parts.lastIndex(of: "vars") else { return name }
    return parts[..<end].joined(separator: "/")
  }

  /// The path of the layer of the model that an object is or is part of: `layers/lstm`.
  static func layer(of object: String) -> String {
    object.split(separator: "/").prefix(2).joined(separator: "/")
  }

  /// Keras 2 also stored what draws its noise.
  static func isWeight(_ array: StoredArray) -> Bool {
    !array.elementType.hasPrefix("int") && !array.elementType.hasPrefix("uint")
      && !array.name.contains("random_generator") && !array.name.contains("seed_generator")
  }

  /// Every object by its path; where a layer is not under its path, by its name.
  func pairs() -> [WeightPairing.Pair] {
    let direct = pairs(prefixes: [:])
    if direct.allSatisfy(\.fits) { return direct }
    let named = pairs(prefixes: prefixesByName)
    return named.allSatisfy(\.fits) ? named : direct
  }

  /// Every layer under the path whose name is the layer's.
  func pairsByName(_ layers: [StoredLayer]) -> [WeightPairing.Pair] {
    pairs(prefixes: prefixesByName, isByName: true)
  }

  /// Where each layer of the network is in the file, by the path that it should have.
  private var prefixesByName: [String: String] {
    var prefixes: [String: String] = [:]
    for parameter in network.parameters {
      let own = Self.layer(of: parameter.object)
      let namesake = names.first {
        $0.value == parameter.layer && Self.layer(of: $0.key) == $0.key && !$0.key.isEmpty
      }
      if let namesake { prefixes[own] = namesake.key }
    }
    return prefixes
  }

  private func pairs(
    prefixes: [String: String], isByName: Bool = false
  ) -> [WeightPairing.Pair] {
    var pairs: [WeightPairing.Pair] = []
    var unused = Set(objects.keys)
    for owner in owners {
      let own = Self.layer(of: owner.object)
      let layer = owner.parameters.first.map { network.parameters[$0].layer } ?? ""
      let prefix = prefixes[own] ?? (isByName ? nil : own)
      let path = prefix.map { $0 + owner.object.dropFirst(own.count) }
      guard let path, let arrays = objects[path] else {
        pairs.append(.alone("The layer '\(layer)' is not in the file and keeps its start."))
        continue
      }
      unused.remove(path)
      guard let found = owner.sources(from: arrays[...], network), found.count == arrays.count
      else {
        pairs.append(
          .differs(
            "The layer '\(layer)' does not fit the file's '\(path)', which has "
              + "\(arrays.map { "\($0.shape)" }.joined(separator: ", "))."))
        continue
      }
      pairs.append(.fits(Dictionary(uniqueKeysWithValues: zip(owner.parameters, found.sources))))
    }
    for path in unused.sorted() {
      pairs.append(.alone("The file's '\(path)' is not in the model."))
    }
    return pairs
  }

  /// The objects of the network; the variables of one may stand apart.
  private var owners: [ParameterOwner] {
    var order: [String] = []
    var parameters: [String: [Int]] = [:]
    for (index, parameter) in network.parameters.enumerated() {
      if parameters[parameter.object] == nil { order.append(parameter.object) }
      parameters[parameter.object, default: []].append(index)
    }
    return order.map { object in
      let own = parameters[object] ?? []
      let weights = own.filter { network.parameters[$0].role == .weight }
      let others = own.filter { network.parameters[$0].role != .weight }
      return ParameterOwner(object: object, parameters: weights + others)
    }
  }
}
