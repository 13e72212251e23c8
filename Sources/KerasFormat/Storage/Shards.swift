/// Weights in several files, as `save_weights(…, max_shard_size=…)` writes them.
struct Shards {
  private let path: String
  /// The paths of the groups that have variables, without "/vars".
  private let owners: [String]
  /// The names of the files beside the list, in order.
  private let files: [String]

  init(_ json: JSON, path: String) throws(KerasFormatError) {
    guard let map = json["weight_map"]?.object else {
      throw Self.error(path, "its 'weight_map' is not an object of paths and files")
    }
    var files: [String] = []
    for (_, value) in map.pairs {
      for name in value.array ?? [value] {
        guard let name = name.string, Self.isPlain(name) else {
          throw Self.error(path, "its 'weight_map' names \(name), which is no file beside it")
        }
        if !files.contains(name) { files.append(name) }
        guard files.count <= 4096 else { throw Self.error(path, "it names more than 4096 files") }
      }
    }
    self.path = path
    self.files = files.sorted()
    owners = map.keys.map { Self.owner(of: $0) }
  }

  /// Reads all files: once without values for what they have together, then with them.
  func read(
    _ limits: ReadingLimits, _ accept: (StoredModel) throws -> Void
  ) throws -> StoredModel {
    var whole = StoredModel(name: path, layout: .sharded)
    for file in files { join(try describe(file, limits), to: &whole) }
    let paths = whole.paths
    guard paths.count == whole.variables.count + whole.optimizer.count else {
      throw Self.error(path, "two of its files have the same variable")
    }
    for owner in owners where !paths.contains(where: { $0.hasPrefix(owner + "/vars/") }) {
      throw Self.error(path, "none of its files has the variables of '\(owner)'")
    }
    try accept(whole)
    whole = StoredModel(name: path, layout: .sharded)
    for file in files { join(try part(file, limits) { _ in }, to: &whole) }
    guard whole.paths == paths else {
      throw Self.error(path, "its files changed while they were read")
    }
    return whole
  }

  /// What one file has, without values.
  private func describe(_ file: String, _ limits: ReadingLimits) throws -> StoredModel {
    struct Enough: Error {}
    var found: StoredModel?
    do {
      return try part(file, limits) {
        found = $0
        throw Enough()
      }
    } catch is Enough {
      return found ?? StoredModel(name: file, layout: .weights3)
    }
  }

  private func part(
    _ file: String, _ limits: ReadingLimits, _ accept: (StoredModel) throws -> Void
  ) throws -> StoredModel {
    let opened = try ModelPath(place(file), limits: limits)
    guard opened.contents == .hdf5 else {
      throw Self.error(path, "its file '\(file)' is not HDF5")
    }
    return try opened.readInJail(limits) { model in
      guard model.layout == .weights3 else {
        throw Self.error(path, "its file '\(file)' does not hold Keras 3 weights")
      }
      try accept(model)
    }
  }

  private func join(_ part: StoredModel, to whole: inout StoredModel) {
    whole.variables += part.variables
    whole.optimizer += part.optimizer
    whole.names.merge(part.names) { first, _ in first }
    whole.variables.sort { Self.order($0.name) < Self.order($1.name) }
    whole.optimizer.sort { Self.order($0.name) < Self.order($1.name) }
  }

  /// By the group, then by the number.
  private static func order(_ name: String) -> (String, Int) {
    let cut = name.lastIndex(of: "/") ?? name.startIndex
    return (String(name[..<cut]), Int(name[cut...].dropFirst()) ?? .max)
  }

  private func place(_ file: String) -> String {
    guard let cut = path.lastIndex(of: "/") else { return file }
    return String(path[...cut]) + file
  }

  /// "/layers/lstm/cell/vars" belongs to "layers/lstm/cell".
  private static func owner(of key: String) -> String {
    var parts = key.split(separator: "/").map(String.init)
    if parts.last == "vars" { parts.removeLast() }
    return parts.map { $0 == "_layer_checkpoint_dependencies" ? "layers" : $0 }
      .joined(separator: "/")
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && !name.contains("/") && !name.utf8.contains(0)
  }

  private static func error(_ path: String, _ fault: String) -> KerasFormatError {
    KerasFormatError("Reading the weights of '\(path)': \(fault). Save the weights again.")
  }
}

extension StoredModel {
  /// The names of Keras 3's variables, the optimizer's too.
  fileprivate var paths: Set<String> { Set((variables + optimizer).map(\.name)) }
}
