import CHDF5
import Glibc

/// An HDF5 file opened for reading, on the disk or in memory.
///
/// The file closes when the last of its objects goes out of scope. Nothing in it can lead out of
/// it: only hard links are followed, and data stored elsewhere is refused.
public struct File: ~Copyable, Sendable {
  /// The name for error sentences: the path as given, or the name given to bytes in memory.
  public let name: String
  /// The group at the top.
  public let root: Group
  /// The state of the file on the disk when it was opened; nil in memory.
  public let identity: FileIdentity?
  private let absolutePath: String
  private let handle: Handle

  /// Opens a file on the disk.
  ///
  /// - Parameter path: a path in the file system.
  /// - Throws: `HDF5Error` with a sentence for each way in which this can fail.
  public init(reading path: String) throws(HDF5Error) {
    let candidate = try Candidate(path: path)
    let (id, detail) = library.attempt { H5Fopen(path, chdf5_read_only(), standard) }
    guard id >= 0 else {
      throw Candidate.refused(
        "file '\(path)'", size: candidate.identity.size,
        superblock: Array(candidate.head.dropFirst(candidate.signatureOffset)), detail)
    }
    try self.init(
      Handle(owning: id), path, candidate.identity, absolutePath: Self.absolute(path))
  }

  /// Opens the bytes of a file; they are copied.
  ///
  /// - Parameters:
  ///   - bytes: a whole HDF5 file. More bytes after its end, such as a checksum, do not matter.
  ///   - name: what to call it in error sentences.
  /// - Throws: `HDF5Error` if they are no HDF5 file or a damaged one.
  public init(bytes: [UInt8], name: String) throws(HDF5Error) {
    try self.init(image: FileImage(copying: bytes), name: name)
  }

  /// Opens a file in memory, without another copy of its bytes.
  ///
  /// - Parameters:
  ///   - image: the whole file; its bytes are given away.
  ///   - name: what to call it in error sentences.
  /// - Throws: `HDF5Error` if it is no HDF5 file or a damaged one.
  package init(image: FileImage, name: String) throws(HDF5Error) {
    let (size, head) = (image.count, image.read(0, 2048))
    guard let offset = Signature.offset(size: size, image.read) else {
      throw Candidate.notHDF5("data '\(name)'", head)
    }
    let superblock = image.read(offset, 64)
    let access = try Self.access(image, name)
    let unique = memoryName(name)
    let (id, detail) = library.attempt { H5Fopen(unique, chdf5_read_only(), access.id) }
    guard id >= 0 else {
      throw Candidate.refused("data '\(name)'", size: size, superblock: superblock, detail)
    }
    try self.init(Handle(owning: id), name, nil, absolutePath: "")
  }

  private init(
    _ handle: consuming Handle, _ name: String, _ identity: FileIdentity?, absolutePath: String
  ) throws(HDF5Error) {
    try Self.verify(identity, at: absolutePath, name)
    let root = try Group(root: handle.id, file: name)
    self.name = name
    self.identity = identity
    self.absolutePath = absolutePath
    self.root = root
    self.handle = handle
  }

  /// Opens a group.
  ///
  /// - Parameter path: its names from the top, separated by `/`.
  /// - Returns: the group.
  /// - Throws: `HDF5Error` if it is missing or something else.
  public func group(_ path: String) throws(HDF5Error) -> Group { try root.group(path) }

  /// Opens a dataset.
  ///
  /// - Parameters:
  ///   - path: its names from the top, separated by `/`.
  ///   - cacheBytes: memory for unpacked chunks; nil chooses one row of chunks, at most 64 MiB.
  /// - Returns: the dataset.
  /// - Throws: `HDF5Error` if it is missing or something else.
  public func dataset(_ path: String, cacheBytes: Int? = nil) throws(HDF5Error) -> Dataset {
    try root.dataset(path, cacheBytes: cacheBytes)
  }

  /// What a path names, or nil if nothing.
  ///
  /// - Parameter path: names from the top, separated by `/`.
  /// - Returns: the kind of object.
  /// - Throws: `HDF5Error` if the path is no path or the file is damaged.
  public func kind(of path: String) throws(HDF5Error) -> ObjectKind? { try root.kind(of: path) }

  /// Checks that the file on the disk is still the one that was opened, by the identity of its path.
  ///
  /// To be called after reading data: libhdf5 reports success and zeros where a file has shrunk.
  /// - Throws: `HDF5Error` with reason `changed` that says how it differs.
  public func verifyUnchanged() throws(HDF5Error) {
    try Self.verify(identity, at: absolutePath, name)
  }

  private static func verify(
    _ identity: FileIdentity?, at path: String, _ name: String
  ) throws(HDF5Error) {
    guard let identity, let difference = identity.difference(to: FileIdentity(path: path))
    else { return }
    throw HDF5Error(
      .changed,
      "the file '\(name)' changed while it was in use: \(difference); what was read since may be "
        + "wrong, so leave data files alone during a run")
  }

  private static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let directory = getcwd(nil, 0) else { return path }
    defer { free(directory) }
    return String(cString: directory) + "/" + path
  }

  /// Access through libhdf5's memory driver, with the bytes as the file.
  private static func access(
    _ image: FileImage, _ name: String
  ) throws(HDF5Error) -> Handle {
    let place = Location(file: name, path: "/")
    let access = try Handle("cannot open", place) { H5Pcreate(chdf5_file_access()) }
    let bytes = image.release()
    _ = try library.call("cannot open", place) {
      chdf5_set_image(access.id, bytes.baseAddress, bytes.count)
    }
    return access
  }
}
