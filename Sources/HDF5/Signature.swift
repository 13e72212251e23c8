/// The first bytes of a file: whether they are HDF5's, and if not, whose.
package enum Signature {
  static let hdf5: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// What a file that is not HDF5 looks like, for the error sentence.
  package static func guess(_ head: [UInt8]) -> String {
    for (magic, name) in known where head.starts(with: magic) { return name }
    if head.dropFirst(4).starts(with: "TFL3".utf8) { return "a TensorFlow Lite model" }
    if head.dropFirst(8).first == UInt8(ascii: "{"),
      head.dropFirst(3).prefix(5).allSatisfy({ $0 == 0 })
    {
      return "a safetensors file"
    }
    if head.allSatisfy({ $0 == 0 }) { return "nothing but zeros" }
    if head.prefix(512).allSatisfy({ $0 >= 32 && $0 < 127 || (9...13).contains($0) }) {
      return "text"
    }
    return "data of an unknown kind"
  }

  private static let known: [([UInt8], String)] = [
    (Array("PK\u{3}\u{4}".utf8), "a zip archive, such as a .keras model or an .npz file"),
    ([0x1F, 0x8B], "gzip-compressed data; unpack it first"),
    (Array("BZh".utf8), "bzip2-compressed data; unpack it first"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz-compressed data; unpack it first"),
    ([0x28, 0xB5, 0x2F, 0xFD], "zstd-compressed data; unpack it first"),
    ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59], "a numpy .npy array"),
    (
      Array("version https://git-lfs".utf8), "a Git LFS pointer; run 'git lfs pull' to get the file"
    ),
    (Array("CDF".utf8), "a classic netCDF file"),
    ([0x0E, 0x03, 0x13, 0x01], "an HDF4 file; convert it with 'h4toh5'"),
    (Array("MATLAB 5".utf8), "a MATLAB 5 file; save it with '-v7.3'"),
    (Array("<!DOCTYPE".utf8), "a web page"),
    (Array("<!doctype".utf8), "a web page"),
    (Array("<html".utf8), "a web page"),
    (Array("<HTML".utf8), "a web page"),
    (Array("{".utf8), "JSON text"),
    ([0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C], "a PyTorch file"),
    ([0x80, 0x02], "a Python pickle"),
    ([0x80, 0x03], "a Python pickle"),
    ([0x80, 0x04], "a Python pickle"),
    ([0x80, 0x05], "a Python pickle"),
    ([0x08, 0x01, 0x12], "a TensorFlow SavedModel; save it in Keras as .keras or .h5"),
    (Array("GGUF".utf8), "a GGUF model"),
    ([0x89, 0x50, 0x4E, 0x47], "a PNG picture"),
    ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
    (Array("GIF8".utf8), "a GIF picture"),
    (Array("%PDF".utf8), "a PDF document"),
    (Array("Rar!".utf8), "a RAR archive; unpack it first"),
    ([0x37, 0x7A, 0xBC, 0xAF], "a 7-Zip archive; unpack it first"),
    (Array("PAR1".utf8), "a Parquet file"),
    ([0x7F, 0x45, 0x4C, 0x46], "a program"),
  ]

  /// The offset of HDF5's signature: 0, or a power of two from 512 on where a user block precedes.
  ///
  /// - Parameters:
  ///   - size: the file's length.
  ///   - read: gives `count` bytes at `offset`, fewer at the end.
  /// - Returns: the offset, or nil if there is no signature.
  package static func offset(size: Int, _ read: (_ offset: Int, _ count: Int) -> [UInt8]) -> Int? {
    var offset = 0
    while offset + hdf5.count <= size {
      if read(offset, hdf5.count) == hdf5 { return offset }
      offset = offset == 0 ? 512 : offset * 2
    }
    return nil
  }

  /// Where the superblock says that the file ends, counted from the signature; nil if unknown.
  static func declaredEnd(superblock bytes: [UInt8]) -> Int? {
    guard bytes.count >= 48 else { return nil }
    let version = bytes[8]
    let addressSize = Int(version < 2 ? bytes[13] : bytes[9])
    guard addressSize == 8, version < 4 else { return nil }
    let end = version < 2 ? (version == 1 ? 44 : 40) : 28
    guard bytes.count >= end + 8 else { return nil }
    let address = bytes[end..<end + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return address < UInt64(Int.max) ? Int(address) : nil
  }
}
