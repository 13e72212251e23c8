import Glibc

/// An open file of the system, read without libhdf5.
package enum Descriptor {
  /// Bytes from a place on, fewer at the end of the file or after an error.
  ///
  /// - Parameters:
  ///   - descriptor: the file.
  ///   - offset: the place.
  ///   - count: how many.
  /// - Returns: what is there.
  package static func read(_ descriptor: Int32, _ offset: Int, _ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = fill(UnsafeMutableRawBufferPointer(buffer), from: descriptor, at: offset).count
    }
  }

  /// Fills memory with bytes from a place on.
  ///
  /// - Parameters:
  ///   - memory: room for the bytes.
  ///   - descriptor: the file.
  ///   - offset: the place.
  /// - Returns: how many there were; where that is too few, what `errno` said, or 0 at the end of the file.
  package static func fill(
    _ memory: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int
  ) -> (count: Int, code: Int32) {
    var count = 0
    while count < memory.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: memory[count...])
      let got = pread(descriptor, rest.baseAddress, rest.count, offset + count)
      if got < 0 && errno == EINTR { continue }
      if got <= 0 { return (count, got < 0 ? errno : 0) }
      count += got
    }
    return (count, 0)
  }

  /// The error for a path that could not be opened.
  ///
  /// - Parameters:
  ///   - path: the path.
  ///   - code: what `errno` said.
  /// - Returns: the error with its sentence.
  package static func cannotOpen(_ path: String, _ code: Int32) -> HDF5Error {
    switch code {
    case ENOENT: HDF5Error(.noSuchFile, "there is no file '\(path)'")
    case ENOTDIR:
      HDF5Error(.noSuchFile, "there is no file '\(path)': a part of its path is not a directory")
    case EACCES, EPERM:
      HDF5Error(
        .noPermission, "no permission to read '\(path)'; 'ls -l' shows who may read it")
    default:
      HDF5Error(.failed, "cannot open '\(path)': \(String(cString: strerror(code)))")
    }
  }
}
