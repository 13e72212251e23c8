import CHDF5

/// Floats of two bytes, float16 and bfloat16, which libhdf5 converts slowly or not at all.
enum ShortFloat {
  /// Reads the two-byte patterns into the upper part of the caller's memory and widens them there.
  static func read<T: StorableNumber>(
    _ dataset: borrowing Dataset, _ target: hid_t, _ source: hid_t,
    _ memory: UnsafeMutableBufferPointer<T>
  ) throws(HDF5Error) {
    let location = dataset.location
    let isBrain = dataset.elementType == .bfloat16
    precondition(!T.numberKind.isInteger, "whole numbers are read by way of doubles")
    guard let base = memory.baseAddress else { return }
    let raw = UnsafeMutableRawPointer(base)
    let patterns = raw + memory.count * (MemoryLayout<T>.stride - 2)
    let (id, stored) = (dataset.handle.id, dataset.storedType)
    let type = try Handle("cannot read", location) { isBrain ? H5Tcopy(stored) : chdf5_half() }
    _ = try library.call("cannot read", location, .damaged) {
      H5Dread(id, type.id, target, source, standard, patterns)
    }
    if T.numberKind == .float32 {
      widen(patterns, raw.assumingMemoryBound(to: Float.self), memory.count, isBrain) { $0 }
    } else {
      widen(patterns, raw.assumingMemoryBound(to: Double.self), memory.count, isBrain) {
        Double($0)
      }
    }
  }

  /// Widens in ascending order: value i ends at or before pattern i + 1, so none is lost.
  @inline(__always)
  private static func widen<T>(
    _ patterns: UnsafeMutableRawPointer, _ values: UnsafeMutablePointer<T>, _ count: Int,
    _ isBrain: Bool, _ convert: (Float) -> T
  ) {
    for index in 0..<count {
      let bits = patterns.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
      values[index] = convert(
        isBrain
          ? Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
          : half(bits))
    }
  }

  /// An IEEE half as a float, in integer arithmetic: Float16 is not in every Swift for x86-64.
  static func half(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7FFF)
    if magnitude >= 0x7C00 { return Float(bitPattern: sign | 0x7F80_0000 | magnitude << 13) }
    // Subnormal halves are multiples of 2^-24. They are normal floats, so the mode that flushes
    // subnormals to zero does not touch them.
    let size =
      magnitude < 0x400
      ? Float(magnitude) * 0x1p-24 : Float(bitPattern: (magnitude << 13) + (112 << 23))
    return Float(bitPattern: size.bitPattern | sign)
  }
}
