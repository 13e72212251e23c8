import Glibc

/// What tells one state of a file from another: where it is, how long, and when last written.
///
/// libhdf5 answers a read from a file that shrank under it with success and zeros, so a reader of
/// data compares identities after each read. A change within one tick of the system's clock
/// (about 4 ms) that keeps the length is not seen.
public struct FileIdentity: Sendable, Hashable {
  /// The device that holds the file.
  public let device: UInt64
  /// The file's number on its device.
  public let inode: UInt64
  /// Its length in bytes.
  public let size: Int
  /// Nanoseconds from 1970 to the last change of its content.
  public let modified: Int64

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int(status.st_size)
    modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
  }

  /// The identity of whatever the path names now, or nil if nothing is there.
  ///
  /// - Parameter path: a path in the file system.
  public init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Says how a later state of the same path differs, or nil if it does not.
  func difference(to now: FileIdentity?) -> String? {
    guard let now else { return "it is no longer there" }
    if now == self { return nil }
    if now.device != device || now.inode != inode { return "another file has taken its place" }
    if now.size < size { return "it shrank from \(size) to \(now.size) bytes" }
    if now.size > size { return "it grew from \(size) to \(now.size) bytes" }
    return "it was written to"
  }
}
