import CHDF5

/// A walk from a group down a path, one component at a time.
///
/// libhdf5 would follow "a/b/c" through soft, external and user-defined links; here each component
/// must be a hard link, so that a path never leaves the file and means one object only.
struct Walk: ~Copyable {
  /// Why a walk cannot go on.
  enum Stop: Equatable {
    case missing
    case notGroup(ObjectKind)
    case link(String)

    var kind: ObjectKind? {
      if case .link(let target) = self { .link(target) } else { nil }
    }
  }

  private var handle: Handle
  private(set) var location: Location

  init(from group: borrowing Group) throws(HDF5Error) {
    location = group.location
    let start = group.handle.id
    handle = try Handle("cannot open", location, .damaged) { H5Oopen(start, ".", standard) }
  }

  consuming func finish() -> Handle { handle }

  /// Steps to a member; returns why not, having stayed.
  mutating func enter(_ name: String) throws(HDF5Error) -> Stop? {
    let kind = try kind()
    guard kind == .group else { return .notGroup(kind) }
    let here = handle.id
    let found = try library.call("cannot look for '\(name)' in", location, .damaged) {
      H5Lexists(here, name, standard)
    }
    guard found > 0 else { return .missing }
    let link = try library.call("cannot look at the link '\(name)' in", location, .damaged) {
      chdf5_link_kind(here, name)
    }
    if link != 0 { return .link(try describe(link: link, name)) }
    location = location.appending(name)
    handle = try Handle("cannot open", location, .damaged) { H5Oopen(here, name, standard) }
    return nil
  }

  func kind() throws(HDF5Error) -> ObjectKind {
    let here = handle.id
    let type = try library.call("cannot look at", location, .damaged) {
      H5Iget_type(here).rawValue
    }
    return switch type {
    case H5I_GROUP.rawValue: .group
    case H5I_DATASET.rawValue: .dataset
    default: .namedType
    }
  }

  func expect(_ expected: ObjectKind) throws(HDF5Error) {
    let found = try kind()
    if found == expected { return }
    throw HDF5Error(
      .wrongKind, "\(location) is \(found.phrase); expected \(expected.phrase)")
  }

  /// The sentence for a walk that stopped at a component.
  func error(_ stop: Stop, at name: String, expecting: String) throws(HDF5Error) -> HDF5Error {
    let wanted = location.appending(name)
    switch stop {
    case .missing:
      let here = Group(
        try Handle("cannot open", location, .damaged) { H5Oopen(handle.id, ".", standard) },
        location)
      return HDF5Error(
        .missing,
        "there is no \(wanted), expected \(expecting); "
          + Suggestion.sentence(wanted: name, among: try here.members(), in: location.path))
    case .notGroup(let kind):
      return HDF5Error(
        .wrongKind, "\(location) is \(kind.phrase), so there is no '\(name)' in it")
    case .link(let target):
      return HDF5Error(
        .refused, "\(wanted) is \(target); links are not followed, so name the object itself")
    }
  }

  private func describe(link: Int32, _ name: String) throws(HDF5Error) -> String {
    guard link == 1 else {
      return link == 64 ? "a link to another file" : "a link of the unknown kind \(link)"
    }
    let here = handle.id
    let size = 4096
    let target = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      buffer.initialize(repeating: 0)
      filled =
        library.attempt { H5Lget_val(here, name, buffer.baseAddress, size, standard) }.result < 0
        ? 0 : buffer.firstIndex(of: 0) ?? size
    }
    return "a soft link to '\(String(decoding: target, as: UTF8.self))'"
  }
}
