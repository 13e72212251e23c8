import Glibc

/// A file that may be HDF5, looked at through the system before libhdf5 touches it.
///
/// libhdf5 says "unable to open file" for a directory, a pipe (after hanging on it), an empty file
/// and a zip archive alike; here each gets its own sentence.
struct Candidate {
  let path: String
  let identity: FileIdentity
  let head: [UInt8]
  let signatureOffset: Int

  init(path: String) throws(HDF5Error) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Descriptor.cannotOpen(path, errno) }
    defer { _ = Glibc.close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Descriptor.cannotOpen(path, errno) }
    try Self.checkRegular(path, status)
    identity = FileIdentity(status)
    head = Descriptor.read(descriptor, 0, 2048)
    let offset = Signature.offset(size: identity.size) { Descriptor.read(descriptor, $0, $1) }
    guard let offset else { throw Self.notHDF5("file '\(path)'", head) }
    signatureOffset = offset
  }

  /// The error for bytes without HDF5's signature.
  static func notHDF5(_ what: String, _ head: [UInt8]) -> HDF5Error {
    if head.isEmpty {
      return HDF5Error(.notHDF5, "the \(what) is empty; expected an HDF5 file")
    }
    return HDF5Error(
      .notHDF5, "the \(what) is not an HDF5 file: it looks like \(Signature.guess(head))")
  }

  /// The error after libhdf5 refused a file that has the signature.
  static func refused(_ what: String, size: Int, superblock: [UInt8], _ detail: String)
    -> HDF5Error
  {
    if detail.contains("unable to lock") || detail.contains("temporarily unavailable") {
      return HDF5Error(
        .inUse, "the \(what) is open for writing in another program; try again when it is done")
    }
    if let end = Signature.declaredEnd(superblock: superblock), end > size {
      return HDF5Error(
        .damaged,
        "the \(what) is cut off: it should have \(end) bytes and has \(size); "
          + "copy or download it again")
    }
    return HDF5Error(.damaged, "the \(what) is damaged: \(detail)")
  }

  private static func checkRegular(_ path: String, _ status: stat) throws(HDF5Error) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR:
      throw HDF5Error(.notRegularFile, "'\(path)' is a directory; expected an HDF5 file")
    default:
      throw HDF5Error(.notRegularFile, "'\(path)' is not a regular file; expected an HDF5 file")
    }
  }
}
