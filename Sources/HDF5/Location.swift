/// Where an object lives, for error sentences: the file's name and the path inside it.
struct Location: Sendable, Equatable, CustomStringConvertible {
  let file: String
  let path: String

  var description: String { "'\(path)' in '\(file)'" }

  func appending(_ name: String) -> Location {
    Location(file: file, path: path == "/" ? "/" + name : path + "/" + name)
  }

  func attribute(_ name: String) -> Location {
    Location(file: file, path: path + "@" + name)
  }

  /// Splits a path given by the user into its components.
  ///
  /// Names come from files, so `.`, `..` and NUL are refused: libhdf5 would take the first for the
  /// group itself and cut the name at the last.
  func components(of path: String) throws(HDF5Error) -> [String] {
    let components = path.split(separator: "/").map(String.init)
    if components.count > 64 {
      throw HDF5Error(.refused, "the path '\(path)' for '\(file)' has more than 64 components")
    }
    for component in components
    where component == "." || component == ".." || component.utf8.contains(0) {
      throw HDF5Error(
        .refused,
        "the path '\(path)' for '\(file)' has a component '\(component)', which is no name")
    }
    return components
  }
}
