import CHDF5

/// What a name in a group stands for.
public enum ObjectKind: Sendable, Equatable {
  /// A group of further names.
  case group
  /// An array of values.
  case dataset
  /// A stored type, which we have no use for.
  case namedType
  /// A link other than a hard one, which we never follow; with where it leads.
  case link(String)

  var phrase: String {
    switch self {
    case .group: "a group"
    case .dataset: "a dataset"
    case .namedType: "a stored type"
    case .link(let target): target
    }
  }
}

/// A group of an open file, for reading.
public struct Group: ~Copyable, Sendable {
  let handle: Handle
  let location: Location

  init(root file: hid_t, file name: String) throws(HDF5Error) {
    let location = Location(file: name, path: "/")
    let handle = try Handle("cannot open", location, .damaged) { H5Oopen(file, "/", standard) }
    self.init(handle, location)
  }

  init(_ handle: consuming Handle, _ location: Location) {
    self.handle = handle
    self.location = location
  }

  /// The path from the top of the file.
  public var path: String { location.path }

  /// The attributes of the group.
  public var attributes: Attributes { Attributes(of: handle.id, location) }

  /// Where the group stands in its file: the same for all hard links to it.
  ///
  /// - Returns: an address.
  /// - Throws: `HDF5Error` if the file is damaged.
  package func address() throws(HDF5Error) -> UInt64 {
    // The undefined address is the one of all bits.
    let address = try library.call("cannot look at", location, .damaged) {
      Int64(truncatingIfNeeded: chdf5_object_address(handle.id))
    }
    return address.magnitude
  }

  /// The names in the group, in libhdf5's order: by name, so `vars/10` comes before `vars/2`.
  ///
  /// - Returns: the names.
  /// - Throws: `HDF5Error` if the group is damaged.
  public func members() throws(HDF5Error) -> [String] {
    var names: [String] = []
    _ = try library.call("cannot list the names in", location, .damaged) {
      withUnsafeMutablePointer(to: &names) { chdf5_each_link(handle.id, appendName, $0) }
    }
    return names
  }

  /// What a path names, or nil if nothing.
  ///
  /// - Parameter path: names from this group on, separated by `/`.
  /// - Returns: the kind of object.
  /// - Throws: `HDF5Error` if the path is no path or the file is damaged.
  public func kind(of path: String) throws(HDF5Error) -> ObjectKind? {
    var walk = try Walk(from: self)
    for component in try location.components(of: path) {
      if let stop = try walk.enter(component) { return stop.kind }
    }
    return try walk.kind()
  }

  /// Opens a group below this one.
  ///
  /// - Parameter path: its names from this group on, separated by `/`.
  /// - Returns: the group.
  /// - Throws: `HDF5Error` if it is missing or something else.
  public func group(_ path: String) throws(HDF5Error) -> Group {
    let walk = try follow(path, expecting: "a group")
    try walk.expect(.group)
    let location = walk.location
    return Group(walk.finish(), location)
  }

  /// Opens a dataset below this group.
  ///
  /// - Parameters:
  ///   - path: its names from this group on, separated by `/`.
  ///   - cacheBytes: memory for unpacked chunks; nil chooses one row of chunks, at most 64 MiB.
  /// - Returns: the dataset.
  /// - Throws: `HDF5Error` if it is missing or something else.
  public func dataset(_ path: String, cacheBytes: Int? = nil) throws(HDF5Error) -> Dataset {
    let walk = try follow(path, expecting: "a dataset")
    try walk.expect(.dataset)
    let location = walk.location
    return try Dataset(walk.finish(), location, cacheBytes: cacheBytes)
  }

  private func follow(_ path: String, expecting: String) throws(HDF5Error) -> Walk {
    var walk = try Walk(from: self)
    for component in try location.components(of: path) {
      guard let stop = try walk.enter(component) else { continue }
      throw try walk.error(stop, at: component, expecting: expecting)
    }
    return walk
  }
}

/// Collects names for libhdf5's iterators; the context is a pointer to an array of strings.
let appendName: chdf5_name_visitor = { name, context in
  if let name, let context {
    context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
  }
  return 0
}
