/// The 64 bytes behind a checkpoint's HDF5 file, by which a damaged one is known.
///
///     "LOCKSTEP" · version, 4 bytes · zeros, 4 · length of the HDF5 file, 8 · SHA-256 of it, 32 · zeros, 8
///
/// Numbers are little-endian. libhdf5, h5py and Keras open such a file as usual: what stands behind
/// the end that the superblock names is not theirs.
enum Trailer {
  static let size = 64
  private static let magic = Array("LOCKSTEP".utf8)

  /// The trailer of a file's bytes.
  static func make(for image: [UInt8]) -> [UInt8] {
    var bytes = magic
    bytes += littleEndian(UInt32(1)) + [0, 0, 0, 0]
    bytes += littleEndian(UInt64(image.count))
    bytes += SHA256.digest(of: image).bytes
    return bytes + Array(repeating: 0, count: size - bytes.count)
  }

  /// What a file's bytes say about themselves.
  enum Verdict: Equatable {
    /// The bytes are those that were written; the HDF5 file has this length.
    case intact(length: Int)
    /// There is no trailer: a file of somebody else, or one that was cut.
    case absent
    /// There is a trailer, and the bytes are not those that were written.
    case damaged
  }

  /// Checks a whole file.
  static func check(_ file: [UInt8]) -> Verdict {
    guard file.count >= size, Array(file[(file.count - size)..<(file.count - size + 8)]) == magic
    else { return .absent }
    let start = file.count - size
    // Every byte of the trailer counts, those that mean nothing too.
    let expected = make(for: Array(file[0..<start]))
    return Array(file[start...]) == expected ? .intact(length: start) : .damaged
  }

  private static func littleEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
