import HDF5

extension StoredModel {
  /// The group for what Keras has no place for: how a run goes on, self-tests.
  static let ownGroup = "lockstep"
}

/// Our own group: all of what it says, and the arrays of its self-test. A checkpoint keeps weights of
/// its own there, which only a run that goes on has a use for.
extension TreeReader {
  /// Reads the arrays and attributes of our own group, if there is one.
  mutating func readOwn(_ file: borrowing File, into model: inout StoredModel) throws {
    guard try file.kind(of: StoredModel.ownGroup) == .group else { return }
    try readOwn(file.group(StoredModel.ownGroup), StoredModel.ownGroup, depth: 1, into: &model)
  }

  private mutating func readOwn(
    _ group: borrowing Group, _ path: String, depth: Int, into model: inout StoredModel
  ) throws {
    _ = try enter(group)
    try readAttributes(of: group.attributes, path, into: &model)
    for member in try group.members() {
      try count()
      let inner = "\(path)/\(member)"
      switch try group.kind(of: member) {
      case .group where depth < ReadingLimits.depth:
        try readOwn(group.group(member), inner, depth: depth + 1, into: &model)
      case .dataset: try readOwnArray(inner, member, in: group, into: &model)
      default: break
      }
    }
  }

  private mutating func readOwnArray(
    _ path: String, _ member: String, in group: borrowing Group, into model: inout StoredModel
  ) throws {
    let dataset = try group.dataset(member)
    try readAttributes(of: dataset.attributes, path, into: &model)
    guard dataset.elementType.isNumeric, path.hasPrefix(SelfTest.group + "/") else { return }
    model.extras.append(try array(path, at: member, in: group))
  }

  private mutating func readAttributes(
    of attributes: Attributes, _ path: String, into model: inout StoredModel
  ) throws {
    for attribute in try attributes.names() {
      try count()
      guard let (element, shape) = try attributes.type(of: attribute) else { continue }
      guard shape.allSatisfy({ $0 == 1 }) else { continue }
      let value: String?
      switch element {
      case .string: value = try attributes.string(attribute)
      case .integer: value = try attributes.integer(attribute)?.description
      case .float: value = try attributes.number(attribute)?.description
      default: value = nil
      }
      guard let value, value.utf8.count <= limits.textBytes else { continue }
      model.extraAttributes["\(path)@\(attribute)"] = value
    }
  }
}
