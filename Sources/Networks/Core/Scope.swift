/// Where in a model the layer stands that is being built.
struct Scope {
  /// Keras's path to the layer.
  var path = ParameterPath()
  /// The attributes that lead to it in Keras 3's weights files.
  var object: [String] = []
  /// Whether it, or a model around it, is not to be trained.
  var isFrozen = false
  /// Whether it was built before, so that its parameters are there.
  var isRepeated = false

  /// The layer of the outermost model.
  var layer: String { path.layer }

  /// Goes into a layer of a model.
  mutating func enter(_ layer: Blueprint.Declaration) {
    if path.layer.isEmpty { path.layer = layer.name } else { path.names.append(layer.name) }
    object += ["layers", layer.key]
    isFrozen = isFrozen || layer.isFrozen
  }
}

/// Keras's path to a parameter: the layer of the outermost model, and the names below it.
struct ParameterPath: Hashable {
  var layer = ""
  var names: [String] = []
}

/// The names that the layers of one model have taken.
struct Level {
  private var names: Set<String> = []
  private var counts: [String: Int] = [:]

  /// A name as Keras makes it unique.
  mutating func uniqueName(_ wanted: String) -> String {
    var name = wanted
    var number = 0
    while !names.insert(name).inserted {
      number += 1
      name = "\(wanted)_\(number)"
    }
    return name
  }

  /// The name of the next layer of a kind in Keras 3's weights files.
  mutating func nextKey(_ kind: String) -> String {
    defer { counts[kind, default: 0] += 1 }
    return counts[kind].map { "\(kind)_\($0)" } ?? kind
  }
}
