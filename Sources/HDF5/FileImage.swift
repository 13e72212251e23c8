import Glibc

/// The bytes of a whole file in memory: a block of `malloc`, since libhdf5 frees it in the end.
package final class FileImage {
  /// The bytes; none after they were given away.
  package private(set) var bytes: UnsafeMutableRawBufferPointer

  /// Room for a file, to be filled by a function that says how much it filled; nil if there is no
  /// memory, or fewer bytes came.
  ///
  /// - Parameters:
  ///   - size: the file's length.
  ///   - fill: gets the room.
  package init?(size: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) {
    guard let block = malloc(max(size, 1)) else { return nil }
    bytes = UnsafeMutableRawBufferPointer(start: block, count: size)
    // What is not whole is freed like the rest.
    guard fill(bytes) == size else { return nil }
  }

  /// A copy of an array.
  ///
  /// - Parameter array: the bytes of a whole file.
  /// - Throws: a sentence when there is no memory for them.
  package init(copying array: [UInt8]) throws(HDF5Error) {
    guard let block = malloc(max(array.count, 1)) else {
      throw HDF5Error(.failed, "there is no memory for a copy of a file of \(array.count) bytes")
    }
    bytes = UnsafeMutableRawBufferPointer(start: block, count: array.count)
    bytes.copyBytes(from: array)
  }

  deinit { free(bytes.baseAddress) }

  /// The number of bytes.
  package var count: Int { bytes.count }

  /// Bytes from a place on, fewer at the end.
  ///
  /// - Parameters:
  ///   - offset: the place.
  ///   - count: how many.
  /// - Returns: a copy of them.
  package func read(_ offset: Int, _ count: Int) -> [UInt8] {
    withExtendedLifetime(self) {
      Array(bytes[min(offset, bytes.count)..<min(offset + count, bytes.count)])
    }
  }

  /// Gives the block away: whoever takes it frees it.
  func release() -> UnsafeMutableRawBufferPointer {
    defer { bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0) }
    return bytes
  }
}
