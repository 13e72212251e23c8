/// One member of a zip archive as the central directory and its local header describe it.
struct ArchiveEntry: Equatable {
  let name: [UInt8]
  let flags: Int
  let method: Int
  let checksum: Int
  let packedSize: Int
  let size: Int
  let attributes: Int
  /// Where its local header begins.
  let start: Int
  /// Where the next entry of the central directory begins.
  let next: Int

  /// Reads the entry of the central directory at an offset; nil if there is none.
  init?(central bytes: ByteReader, at offset: Int) {
    guard bytes.number(at: offset, 4) == 0x0201_4B50,
      let nameLength = bytes.number(at: offset + 28, 2),
      let extraLength = bytes.number(at: offset + 30, 2),
      let commentLength = bytes.number(at: offset + 32, 2),
      let attributes = bytes.number(at: offset + 38, 4),
      let start = bytes.number(at: offset + 42, 4),
      let fields = Fields(bytes, offset + 8),
      let name = bytes.bytes(at: offset + 46, nameLength)
    else { return nil }
    let extra = offset + 46 + nameLength..<offset + 46 + nameLength + extraLength
    let large = LargeSizes(bytes, extra)
    self.name = name
    (flags, method, checksum) = (fields.flags, fields.method, fields.checksum)
    (size, packedSize) = large.resolve(fields)
    self.attributes = attributes
    self.start = start
    next = extra.upperBound + commentLength
    guard size >= 0, packedSize >= 0 else { return nil }
  }

  /// Where its data begins, if the local header says the same as the central directory; else nil.
  func data(_ bytes: ByteReader) -> Int? {
    guard bytes.number(at: start, 4) == 0x0403_4B50,
      let local = Fields(bytes, start + 6),
      let nameLength = bytes.number(at: start + 26, 2),
      let extraLength = bytes.number(at: start + 28, 2),
      bytes.bytes(at: start + 30, nameLength) == name,
      local.flags == flags, local.method == method
    else { return nil }
    let extra = start + 30 + nameLength..<start + 30 + nameLength + extraLength
    let sizes = LargeSizes(bytes, extra).resolve(local)
    let isSame = local.checksum == checksum && sizes == (size, packedSize)
    // A writer that cannot go back leaves zeros, and the numbers behind the data.
    let isLater = hasDescriptor && local.checksum == 0 && sizes == (0, 0)
    return isSame || isLater ? extra.upperBound : nil
  }

  /// Whether sizes follow the data, in at most 24 bytes.
  var hasDescriptor: Bool { flags & 0x8 != 0 }
  /// Whether it is encrypted in any of zip's ways.
  var isEncrypted: Bool { flags & 0x2041 != 0 }
  /// Whether its mode is that of a symbolic link.
  var isLink: Bool { attributes >> 28 & 0xF == 0xA }

  /// What local header and central directory have in common.
  struct Fields {
    let flags: Int
    let method: Int
    let checksum: Int
    let packedSize: Int
    let size: Int

    init?(_ bytes: ByteReader, _ offset: Int) {
      guard let flags = bytes.number(at: offset, 2), let method = bytes.number(at: offset + 2, 2),
        let checksum = bytes.number(at: offset + 8, 4),
        let packedSize = bytes.number(at: offset + 12, 4),
        let size = bytes.number(at: offset + 16, 4)
      else { return nil }
      (self.flags, self.method, self.checksum) = (flags, method, checksum)
      (self.packedSize, self.size) = (packedSize, size)
    }
  }
}

/// The sizes of eight bytes that zip64 puts where those of four do not suffice.
private struct LargeSizes {
  private var values: [Int] = []

  init(_ bytes: ByteReader, _ extra: Range<Int>) {
    var offset = extra.lowerBound
    while let kind = bytes.number(at: offset, 2), let length = bytes.number(at: offset + 2, 2),
      offset + 4 + length <= extra.upperBound
    {
      if kind == 1 {
        for index in 0..<length / 8 {
          values.append(bytes.number(at: offset + 4 + index * 8, 8) ?? -1)
        }
        return
      }
      offset += 4 + length
    }
  }

  /// The size and the packed size.
  func resolve(_ fields: ArchiveEntry.Fields) -> (Int, Int) {
    var rest = values[...]
    let size = fields.size == 0xFFFF_FFFF ? rest.popFirst() ?? -1 : fields.size
    let packed = fields.packedSize == 0xFFFF_FFFF ? rest.popFirst() ?? -1 : fields.packedSize
    return (size, packed)
  }
}

/// Little-endian numbers at any place of some bytes; nil where the place is not inside.
struct ByteReader {
  /// They are somebody else's, who keeps them as long as this is used.
  let bytes: UnsafeRawBufferPointer

  /// A number of up to eight bytes; nil if it is not in an `Int` either.
  func number(at offset: Int, _ count: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - count else { return nil }
    var value: UInt64 = 0
    for index in (0..<count).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
    return Int(exactly: value)
  }

  func bytes(at offset: Int, _ count: Int) -> [UInt8]? {
    guard offset >= 0, count >= 0, offset <= bytes.count - count else { return nil }
    return Array(bytes[offset..<offset + count])
  }
}
