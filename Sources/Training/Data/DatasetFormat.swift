import HDF5

/// What kind of data an HDF5 file holds, as its root attribute `format` says.
public enum DatasetFormat: String, Sendable, Hashable, CaseIterable {
  /// Arrays of samples, which need no attribute.
  case samples
  /// One text as numbered tokens.
  case text = "lockstep-text"
  /// One series of numbers, of which windows are made.
  case series = "lockstep-series"

  /// Looks into a file.
  ///
  /// - Parameter path: the file.
  /// - Throws: `HDF5Error` if the file cannot be opened, or `DataError` for a format of ours that this
  ///   version does not know.
  public init(path: String) throws {
    let file = try File(reading: path)
    let attributes = file.root.attributes
    let isText = try attributes.type(of: "format")?.element.isText ?? false
    guard isText, let name = try attributes.string("format"), name.hasPrefix("lockstep-") else {
      self = .samples
      return
    }
    guard let format = DatasetFormat(rawValue: name) else {
      throw DataError(
        .wrongType,
        "cannot use '\(path)' as data: its format is '\(name)'; expected lockstep-text, "
          + "lockstep-series or samples, so write it anew or use a newer Lockstep")
    }
    let version = try attributes.integer("format_version") ?? 1
    guard version == 1 else {
      throw DataError(
        .wrongType,
        "cannot use '\(path)' as data: its format '\(name)' has version \(version); expected 1, so "
          + "write it anew or use a newer Lockstep")
    }
    self = format
  }
}
