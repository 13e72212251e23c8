/// The checksum that HDF5's filter of this name puts behind a chunk.
///
/// Fletcher (1982) with sums of 16 bits over big-endian words, as `H5_checksum_fletcher32` has it.
enum Fletcher32 {
  /// The checksum of bytes.
  static func sum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var (first, second) = (UInt32(0), UInt32(0))
    let words = bytes.count / 2
    var place = 0
    while place < words {
      // So many sums cannot overflow before they are folded.
      let end = min(words, place + 360)
      for word in place..<end {
        first &+= UInt32(
          UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: word &* 2, as: UInt16.self)))
        second &+= first
      }
      (first, second) = (fold(first), fold(second))
      place = end
    }
    if bytes.count % 2 == 1 {
      first = fold(first &+ UInt32(bytes[bytes.count - 1]) << 8)
      second = fold(second &+ first)
    }
    return fold(second) << 16 | fold(first)
  }

  /// Whether a stored checksum is that of the bytes, in today's order of bytes or that of HDF5 before
  /// 1.6.3, which swapped them in each half.
  static func matches(_ stored: UInt32, _ bytes: UnsafeRawBufferPointer) -> Bool {
    let sum = sum(bytes)
    return stored == sum || stored == (sum & 0x00FF_00FF) << 8 | (sum >> 8) & 0x00FF_00FF
  }

  private static func fold(_ sum: UInt32) -> UInt32 { (sum & 0xFFFF) &+ (sum >> 16) }
}
