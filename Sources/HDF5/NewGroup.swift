import CHDF5

extension NewFile {
  /// Makes a group and those above it, as far as they do not exist.
  ///
  /// - Parameter path: names from the top, separated by `/`.
  /// - Throws: `HDF5Error` if it cannot be made.
  public func makeGroup(_ path: String) throws(HDF5Error) {
    let components = try place("/").components(of: path)
    try enter(components[...]).close("cannot close", place(path))
  }

  /// Gives a dataset or group a further name in the file: both are one object.
  ///
  /// - Parameters:
  ///   - source: the path of what there is.
  ///   - path: its further path; missing groups are made.
  /// - Throws: `HDF5Error` if the path is taken or cannot be made.
  public func link(_ source: String, to path: String) throws(HDF5Error) {
    let (name, location) = try parent(of: path)
    let group = try enterParent(of: path)
    let file = handle.id
    _ = try library.call("cannot link", location, .cannotWrite) {
      H5Lcreate_hard(file, source, group.id, name, standard, standard)
    }
    try group.close("cannot close the group of", location)
  }

  func place(_ path: String) -> Location { Location(file: name, path: path) }

  /// Opens a group, making what is missing on the way.
  func enter(_ components: ArraySlice<String>) throws(HDF5Error) -> Handle {
    let file = handle.id
    var group = try Handle("cannot open", place("/")) { H5Oopen(file, "/", standard) }
    var location = place("/")
    for component in components {
      location = location.appending(component)
      let next = try Self.member(component, of: group.id, location, compact: hasCompactGroups)
      try group.close("cannot close", location)
      group = next
    }
    return group
  }

  /// Splits a path into the group, opened, and the name in it.
  func parent(of path: String) throws(HDF5Error) -> (name: String, location: Location) {
    let components = try place("/").components(of: path)
    guard let name = components.last else {
      throw HDF5Error(.wrongKind, "the path '\(path)' for '\(self.name)' names no dataset")
    }
    return (name, place("/" + components.joined(separator: "/")))
  }

  func enterParent(of path: String) throws(HDF5Error) -> Handle {
    try enter(place("/").components(of: path).dropLast())
  }

  private static func member(
    _ name: String, of group: hid_t, _ location: Location, compact: Bool
  ) throws(HDF5Error) -> Handle {
    let exists = try library.call("cannot make the group", location) {
      H5Lexists(group, name, standard)
    }
    if exists > 0 {
      return try Handle("cannot write into", location, .wrongKind) {
        H5Gopen2(group, name, standard)
      }
    }
    let options = try Handle("cannot make the group", location) { H5Pcreate(chdf5_group_create()) }
    return try Handle("cannot make the group", location, .cannotWrite) {
      // Links whose order is kept stand in the group itself, without a table and a heap.
      H5Pset_obj_track_times(options.id, false) < 0
        || compact && H5Pset_link_creation_order(options.id, chdf5_order_tracked()) < 0
        ? -1 : H5Gcreate2(group, name, standard, options.id, standard)
    }
  }
}
