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

  /// Every object by its path; where a layer is not under its path, by its name; and by its rank
  /// among the objects of its class, for tf.keras leaves numbers out.
  func pairs() -> [WeightPairing.Pair] {
    let direct = pairs { $0 }
    if direct.allSatisfy(\.fits) { return direct }
    let ranks = ObjectRanks(of: owners.map(\.object), in: Array(objects.keys))
    for other in [pairsByName(), pairs { ranks.places[$0] }] where other.allSatisfy(\.fits) {
      return other
    }
    return direct
  }

  /// Every layer under the path whose name is the layer's.
  func pairsByName() -> [WeightPairing.Pair] {
    let prefixes = prefixesByName
    return pairs { object in
      let own = Self.layer(of: object)
      return prefixes[own].map { $0 + object.dropFirst(own.count) }
    }
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

  /// Every object of the network with that of the file under the path that a rule gives.
  private func pairs(_ place: (String) -> String?) -> [WeightPairing.Pair] {
    var pairs: [WeightPairing.Pair] = []
    var unused = Set(objects.keys)
    for owner in owners {
      let layer = owner.parameters.first.map { network.parameters[$0].layer } ?? ""
      guard let path = place(owner.object), let arrays = objects[path] else {
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

/// Objects of a network and of a file with the same rank among those of their class.
private struct ObjectRanks {
  /// The path in the file, by the path in the network.
  private(set) var places: [String: String] = [:]

  init(of network: [String], in file: [String]) {
    let ranked = Dictionary(
      zip(Self.ranked(file), file).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
    for (object, rank) in zip(network, Self.ranked(network)) { places[object] = ranked[rank] }
  }

  /// Paths with the rank of each key in place of its number.
  private static func ranked(_ paths: [String]) -> [String] {
    var numbers: [String: Set<Int>] = [:]
    let parts = paths.map { keys(of: $0) }
    for (group, number, _) in parts.joined() { numbers[group, default: []].insert(number) }
    return parts.map { keys in
      keys.map { group, number, stem in
        "\(stem)#\(numbers[group, default: []].count { $0 < number })"
      }.joined(separator: "/")
    }
  }

  /// The parts of a path: the kind of each among its siblings, its number, its name without it.
  private static func keys(of path: String) -> [(group: String, number: Int, stem: String)] {
    var above = ""
    return path.split(separator: "/").map { part in
      let digits = part.split(separator: "_").last.flatMap { Int($0) }
      let stem =
        digits == nil ? String(part) : part.split(separator: "_").dropLast().joined(separator: "_")
      defer { above += "/" + part }
      return ("\(above)/\(stem)", digits ?? 0, stem)
    }
  }
}
