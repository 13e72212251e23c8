/// What went wrong with an HDF5 file, as one sentence for a person and one reason for a program.
public struct HDF5Error: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kinds of failure that a caller may want to treat differently.
  public enum Reason: Sendable, Equatable {
    /// There is no file of that name.
    case noSuchFile
    /// The name belongs to a directory, a device or a pipe.
    case notRegularFile
    /// The system does not let us read or write there.
    case noPermission
    /// The file exists and is not an HDF5 file.
    case notHDF5
    /// The file is shorter than it says, or libhdf5 cannot make sense of its content.
    case damaged
    /// Another program has the file open for writing.
    case inUse
    /// There is no object or attribute of that name.
    case missing
    /// It exists, but it is a group where a dataset was expected, or the like.
    case wrongKind
    /// The element type does not convert to what was asked for.
    case wrongType
    /// The rank, shape or count differs from what was expected.
    case wrongShape
    /// A compression filter that this build of libhdf5 does not have.
    case missingFilter
    /// A feature we never follow: links and storage that lead out of the file.
    case refused
    /// It would take more memory than the caller allows.
    case tooLarge
    /// The file on the disk is no longer the one that was opened.
    case changed
    /// The system refused to write: disk full, quota, read-only.
    case cannotWrite
    /// Anything else that libhdf5 reports.
    case failed
  }

  /// The kind of failure.
  public let reason: Reason
  /// What we were doing, to what, what was expected, what was found, what to try.
  public let description: String

  package init(_ reason: Reason, _ description: String) {
    self.reason = reason
    self.description = description
  }
}
