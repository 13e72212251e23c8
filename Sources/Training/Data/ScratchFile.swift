import Glibc
import HDF5

/// A file without a name on scratch space: it is gone with this object, and with the process however that
/// ends.
final class ScratchFile {
  /// The directory that scratch space is in where nobody names one.
  static var usualDirectory: String {
    getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
  }

  private let descriptor: Int32
  private let directory: String
  private let bytes: Int
  private let name: String

  /// Makes a file, and asks for all its space at once where the file system can.
  ///
  /// - Parameters:
  ///   - directory: where; nil for the usual place.
  ///   - bytes: how large it will become.
  ///   - name: whose rows it is for, for messages.
  /// - Throws: `DataError` if there is no such directory or no space.
  init(in directory: String?, bytes: Int, for name: String) throws(DataError) {
    let directory = directory ?? Self.usualDirectory
    let descriptor = Self.open(in: directory)
    (self.descriptor, self.directory, self.bytes, self.name) = (descriptor, directory, bytes, name)
    guard descriptor >= 0 else { throw failure("make a file", errno) }
    let code = posix_fallocate(descriptor, 0, bytes)
    // Where space cannot be asked for the disk may fill up later, which says the same.
    if code == ENOSPC || code == EFBIG || code == EDQUOT { throw failure("write", code) }
  }

  /// Opens a file that never had a name, or whose name is gone at once on file systems without such.
  private static func open(in directory: String) -> Int32 {
    // O_TMPFILE, which Swift does not see: a number that x86-64 and arm64 share.
    let nameless = O_DIRECTORY | 0o2000_0000
    let descriptor = Glibc.open(directory, nameless | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor < 0, errno == EOPNOTSUPP || errno == EISDIR else { return descriptor }
    var template = Array("\(directory)/lockstep-XXXXXX".utf8CString)
    let named = mkstemp(&template)
    guard named >= 0 else { return named }
    unlink(template)
    _ = fcntl(named, F_SETFD, FD_CLOEXEC)
    return named
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Writes bytes at a place.
  func write(_ source: UnsafeRawBufferPointer, at offset: Int) throws(DataError) {
    var done = 0
    while done < source.count {
      let rest = UnsafeRawBufferPointer(rebasing: source[done...])
      let put = pwrite(descriptor, rest.baseAddress, rest.count, offset + done)
      if put < 0 && errno != EINTR { throw failure("write", errno) }
      done += max(put, 0)
    }
  }

  /// Reads bytes that were written at a place.
  func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws(DataError) {
    let (count, code) = Descriptor.fill(target, from: descriptor, at: offset)
    if count < target.count { throw failure("read back", code == 0 ? EIO : code) }
  }

  private func failure(_ doing: String, _ code: Int32) -> DataError {
    DataError(
      .noScratch,
      "cannot \(doing) on scratch space in '\(directory)', where the rows of '\(name)' are shuffled: "
        + "\(String(cString: strerror(code))); expected room for \(bytes >> 20) MiB twice, so name "
        + "another directory as data.scratch, or set data.shuffle to true")
  }
}
