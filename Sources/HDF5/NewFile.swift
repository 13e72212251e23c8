import CHDF5
import Glibc
import Synchronization

/// An HDF5 file being made, in memory or on the disk, in the format that every libhdf5 reads.
///
/// Objects are named by path, and every one is closed, with its result checked, before a call
/// returns: libhdf5 writes small datasets only when they close, and a close that failed unseen
/// leaves zeros. The same calls give the same bytes: no times are stored.
public struct NewFile: ~Copyable, Sendable {
  let handle: Handle
  let name: String
  let growing = GrowingDatasets()
  /// Whether groups are made in the form of libhdf5 1.8, which takes a tenth of the bytes.
  let hasCompactGroups: Bool

  /// Begins a file in memory, to be taken with `image()`.
  ///
  /// - Parameters:
  ///   - name: what to call it in error sentences.
  ///   - hasCompactGroups: whether groups take the form of libhdf5 1.8, which is much smaller.
  /// - Throws: `HDF5Error` if libhdf5 refuses.
  public init(inMemory name: String, hasCompactGroups: Bool = false) throws(HDF5Error) {
    let access = try Self.access(name)
    _ = try library.call("cannot make the file", Location(file: name, path: "/")) {
      H5Pset_fapl_core(access.id, 1 << 20, false)
    }
    self.handle = try Self.create(memoryName(name), access.id)
    self.name = name
    self.hasCompactGroups = hasCompactGroups
  }

  /// Begins a file on the disk, for data larger than memory, to be ended with `close()`.
  ///
  /// It is not whole until then: give it a temporary name, and rename it when it is closed.
  /// - Parameter path: a path where nothing exists yet.
  /// - Throws: `HDF5Error` if the path is taken or cannot be written.
  public init(at path: String) throws(HDF5Error) {
    // libhdf5 truncates before it looks whether it may; so the name is claimed by the system first.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw HDF5Error(
        .cannotWrite, "cannot create the file '\(path)': \(String(cString: strerror(errno)))")
    }
    _ = Glibc.close(descriptor)
    let access = try Self.access(path)
    self.handle = try Self.create(path, access.id)
    self.name = path
    hasCompactGroups = false
  }

  /// Ends a file in memory and gives its bytes.
  ///
  /// - Parameter spare: room to leave in the array for what the caller will append.
  /// - Returns: the whole file.
  /// - Throws: `HDF5Error` if anything could not be written.
  public consuming func image(spare: Int = 0) throws(HDF5Error) -> [UInt8] {
    let place = Location(file: name, path: "/")
    let id = handle.id
    try verifyNothingOpen()
    let size = try library.call("cannot finish", place, .cannotWrite) {
      H5Fflush(id, H5F_SCOPE_LOCAL) < 0 ? -1 : H5Fget_file_image(id, nil, 0)
    }
    var failure: HDF5Error?
    let bytes = [UInt8](unsafeUninitializedCapacity: size + spare) { memory, filled in
      do throws(HDF5Error) {
        filled = try library.call("cannot take the bytes of", place, .cannotWrite) {
          H5Fget_file_image(id, memory.baseAddress, size)
        }
      } catch { failure = error }
    }
    try handle.close("cannot close", place)
    if let failure { throw failure }
    return bytes
  }

  /// Ends a file on the disk.
  ///
  /// It is then whole, but not yet forced to the disk by `fsync`.
  /// - Throws: `HDF5Error` if anything could not be written; the file is then of no use.
  public consuming func close() throws(HDF5Error) {
    let place = Location(file: name, path: "/")
    let id = handle.id
    try verifyNothingOpen()
    _ = try library.call("cannot finish", place, .cannotWrite) { H5Fflush(id, H5F_SCOPE_LOCAL) }
    try handle.close("cannot close", place, by: Self.closeWritten)
  }

  /// Closes a file that was written, and gives its lock back.
  ///
  /// A child that was started meanwhile may have a copy of libhdf5's descriptor: the file would stay locked
  /// until that child ends, or runs another program.
  static func closeWritten(_ file: hid_t) -> Int32 {
    let descriptor = chdf5_file_descriptor(file)
    defer {
      if descriptor >= 0 {
        _ = flock(descriptor, LOCK_UN)
        _ = Glibc.close(descriptor)
      }
    }
    return H5Idec_ref(file)
  }

  /// Asked of our own count: after a failed close libhdf5's count walks over memory it has freed.
  private borrowing func verifyNothingOpen() throws(HDF5Error) {
    let open = growing.count
    if open == 0 { return }
    throw HDF5Error(
      .cannotWrite,
      "cannot finish '\(name)': \(open) of its objects did not close, so it may lack data")
  }

  private static func access(_ name: String) throws(HDF5Error) -> Handle {
    let place = Location(file: name, path: "/")
    let access = try Handle("cannot make the file", place) { H5Pcreate(chdf5_file_access()) }
    _ = try library.call("cannot make the file", place) { chdf5_earliest(access.id) }
    return access
  }

  private static func create(_ name: String, _ access: hid_t) throws(HDF5Error) -> Handle {
    try Handle("cannot make the file", Location(file: name, path: "/"), .cannotWrite) {
      H5Fcreate(name, chdf5_truncate(), standard, access)
    }
  }
}

/// How many growing datasets of one file have begun and not ended with success.
final class GrowingDatasets: Sendable {
  private let open = Atomic(0)

  var count: Int { open.load(ordering: .relaxed) }
  func begin() { open.add(1, ordering: .relaxed) }
  func end() { open.subtract(1, ordering: .relaxed) }
}

/// The number of identifiers of files and their objects that are open in this process.
package var openObjectCount: Int { library.attempt { chdf5_open_objects(-1) }.result }
