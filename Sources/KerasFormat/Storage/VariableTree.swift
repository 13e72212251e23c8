import HDF5

/// Keras 3's tree: objects as groups, and in each a group `vars` of numbered datasets.
extension TreeReader {
  /// Reads Keras 3's variables into a model; false where the file has none of its groups.
  mutating func readVariables(
    _ file: borrowing File, into model: inout StoredModel
  ) throws -> Bool {
    let members = try file.root.members()
    try count(members.count)
    var found = false
    for member in members where !Self.others.contains(member) {
      if member == "vars" {
        try readVars(of: file.root, at: [], into: &model)
        found = true
      } else if Self.tops.contains(member) {
        try walk(file.group(member), at: ["layers"], above: [], into: &model)
        found = true
      } else if model.layers.isEmpty, try file.kind(of: member) == .group {
        // A model of a class of its own keeps its objects at the top, under their attributes' names.
        let before = model.variables.count
        try walk(file.group(member), at: [member], above: [], into: &model)
        found = found || model.variables.count > before
      }
    }
    if model.optimizer.isEmpty, try file.kind(of: "optimizer/vars") == .group {
      model.optimizer = try numbered(file.group("optimizer/vars"), at: "optimizer/vars")
    }
    return found
  }

  /// Where layers are: since Keras 3, and in tf.keras 2.13.
  private static let tops = ["layers", "_layer_checkpoint_dependencies"]
  /// What at the top is not the model's.
  private static let others = [
    "optimizer", "metrics", StoredModel.ownGroup, LegacyLayout.modelWeights,
    LegacyLayout.optimizerWeights,
  ]

  /// Goes through a group and those below; `above` are the addresses of the groups it is in.
  private mutating func walk(
    _ group: borrowing Group, at path: [String], above: [UInt64], into model: inout StoredModel
  ) throws {
    let address = try enter(group)
    guard !above.contains(address), above.count < ReadingLimits.depth else {
      throw KerasFormatError(
        "Reading '\(name)': its group '\(group.path)' leads back to itself or lies deeper than "
          + "\(ReadingLimits.depth) groups; it is damaged or made to harm.")
    }
    let members = try group.members()
    try count(members.count)
    for member in members {
      switch try group.kind(of: member) {
      case .group where member == "vars": try readVars(of: group, at: path, into: &model)
      case .group:
        let inner = Self.tops.contains(member) ? "layers" : member
        try walk(group.group(member), at: path + [inner], above: above + [address], into: &model)
      case .dataset, .namedType, nil: break
      case .link(let target):
        throw KerasFormatError(
          "Reading '\(name)': '\(group.path)/\(member)' is \(target); links are not followed.")
      }
    }
  }

  private mutating func readVars(
    of group: borrowing Group, at path: [String], into model: inout StoredModel
  ) throws {
    let vars = try group.group("vars")
    if let name = try text("name", of: vars) { model.names[path.joined(separator: "/")] = name }
    model.variables += try numbered(vars, at: (path + ["vars"]).joined(separator: "/"))
  }

  /// The datasets of a group in the order of the numbers that name them; others behind, by name.
  private mutating func numbered(
    _ group: borrowing Group, at path: String
  ) throws -> [StoredArray] {
    let members = try group.members()
    let order = members.sorted {
      (Int($0) ?? .max, $0.utf8.count, $0) < (Int($1) ?? .max, $1.utf8.count, $1)
    }
    var found: [StoredArray] = []
    for member in order { found.append(try array("\(path)/\(member)", at: member, in: group)) }
    return found
  }
}
