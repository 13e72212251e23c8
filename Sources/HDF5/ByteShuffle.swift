/// HDF5's shuffle filter undone: bytes of one weight, which stand together, go back to their elements.
///
/// Bytes that make no whole element stay behind them all.
enum ByteShuffle {
  /// Puts bytes back.
  ///
  /// - Parameters:
  ///   - source: the shuffled bytes.
  ///   - target: as many bytes of room.
  ///   - size: the bytes of an element.
  static func undo(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawPointer, size: Int
  ) {
    guard let bytes = source.baseAddress else { return }
    let count = size > 0 ? source.count / size : 0
    switch size {
    case 2: join(bytes, target, count) { UInt16($0) &<< UInt16($1 &* 8) }
    case 4: join(bytes, target, count) { UInt32($0) &<< UInt32($1 &* 8) }
    case 8: join(bytes, target, count) { UInt64($0) &<< UInt64($1 &* 8) }
    default:
      for byte in 0..<size {
        for element in 0..<count {
          target.storeBytes(
            of: bytes.load(fromByteOffset: byte * count + element, as: UInt8.self),
            toByteOffset: element * size + byte, as: UInt8.self)
        }
      }
    }
    let whole = count * size
    (target + whole).copyMemory(from: bytes + whole, byteCount: source.count - whole)
  }

  /// Elements of a width that has whole numbers: all bytes of one at once, in vector instructions.
  @inline(__always)
  private static func join<T: FixedWidthInteger>(
    _ bytes: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int,
    _ shifted: (UInt8, Int) -> T
  ) {
    let planes = bytes.assumingMemoryBound(to: UInt8.self)
    for element in 0..<count {
      var value: T = 0
      for byte in 0..<MemoryLayout<T>.size {
        value |= shifted(planes[byte &* count &+ element], byte)
      }
      target.storeBytes(
        of: value.littleEndian, toByteOffset: element &* MemoryLayout<T>.size, as: T.self)
    }
  }
}
