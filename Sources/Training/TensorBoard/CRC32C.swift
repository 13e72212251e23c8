/// The checksum of Castagnoli's polynomial, which TensorFlow's record files use.
enum CRC32C {
  /// The remainder of each byte, with the lowest bit first.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { remainder, _ in
      remainder & 1 == 1 ? remainder >> 1 ^ 0x82F6_3B78 : remainder >> 1
    }
  }

  /// The checksum of some bytes.
  static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ sum >> 8
    }
  }

  /// The checksum as record files hold it: turned and shifted, since a checksum of bytes that hold
  /// their own checksum says little.
  static func masked(of bytes: some Sequence<UInt8>) -> UInt32 {
    let sum = checksum(of: bytes)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }
}

/// TensorFlow's framing of records: length, its checksum, the record, its checksum.
enum RecordFrame {
  /// A record in its frame.
  static func bytes(of record: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(record.count))
    return length + littleEndian(CRC32C.masked(of: length)) + record
      + littleEndian(CRC32C.masked(of: record))
  }

  private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
