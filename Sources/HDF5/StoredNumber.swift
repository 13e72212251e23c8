import CHDF5

/// A type of numbers in a file that is this machine's own, or half precision, byte for byte.
enum StoredNumber: Sendable {
  case native(NumberKind)
  case half

  /// Compares a stored type with those that are known, or gives nil where libhdf5 has to convert it.
  init?(_ type: borrowing StoredType) {
    let id = type.handle.id
    let found = NumberKind.allCases.first { kind in
      library.attempt { H5Tequal(id, kind.memoryType) }.result > 0
    }
    if let found {
      self = .native(found)
    } else if type.element == .float(bits: 16), Self.isHalf(id) {
      self = .half
    } else {
      return nil
    }
  }

  private static func isHalf(_ type: hid_t) -> Bool {
    library.attempt {
      let half = chdf5_half()
      guard half >= 0 else { return Int32(-1) }
      defer { H5Tclose(half) }
      return H5Tequal(type, half)
    }.result > 0
  }

  /// Whether numbers of a kind are the same bytes in the file and in memory.
  func isStored(as kind: NumberKind) -> Bool {
    if case .native(kind) = self { true } else { false }
  }

  /// Whether numbers become those of a kind without libhdf5: floats of any, whole numbers of the same.
  func converts(to kind: NumberKind) -> Bool {
    isStored(as: kind) || !kind.isInteger
  }

  /// Converts neighbouring numbers as libhdf5 does: rounded to the nearest, to infinity what is larger
  /// than the largest float.
  ///
  /// - Parameters:
  ///   - source: bytes as in the file, at any address.
  ///   - target: room for the numbers, of a type that `converts(to:)`.
  ///   - count: how many.
  func copy<T: StorableNumber>(
    _ source: UnsafeRawPointer, to target: UnsafeMutablePointer<T>, count: Int
  ) {
    let raw = UnsafeMutableRawPointer(target)
    if isStored(as: T.numberKind) {
      raw.copyMemory(from: source, byteCount: count * MemoryLayout<T>.stride)
    } else if T.numberKind == .float32 {
      convert(source, raw.assumingMemoryBound(to: Float.self), count) {
        $0 > Double(Float.greatestFiniteMagnitude)
          ? .infinity : $0 < -Double(Float.greatestFiniteMagnitude) ? -.infinity : Float($0)
      }
    } else {
      precondition(T.numberKind == .float64, "whole numbers are only copied")
      convert(source, raw.assumingMemoryBound(to: Double.self), count) { $0 }
    }
  }

  private func convert<F: FloatOfAny>(
    _ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<F>, _ count: Int,
    _ narrow: (Double) -> F
  ) {
    switch self {
    case .half: each(source, target, count) { (bits: UInt16) in F(ShortFloat.half(bits)) }
    case .native(.int8): each(source, target, count) { (value: Int8) in F(value) }
    case .native(.int16): each(source, target, count) { (value: Int16) in F(value) }
    case .native(.int32): each(source, target, count) { (value: Int32) in F(value) }
    case .native(.int64): each(source, target, count) { (value: Int64) in F(value) }
    case .native(.uint8): each(source, target, count) { (value: UInt8) in F(value) }
    case .native(.uint16): each(source, target, count) { (value: UInt16) in F(value) }
    case .native(.uint32): each(source, target, count) { (value: UInt32) in F(value) }
    case .native(.uint64): each(source, target, count) { (value: UInt64) in F(value) }
    case .native(.float32): each(source, target, count) { (value: Float) in F(value) }
    case .native(.float64): each(source, target, count, narrow)
    }
  }

  @inline(__always)
  private func each<S: BitwiseCopyable, F>(
    _ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<F>, _ count: Int,
    _ convert: (S) -> F
  ) {
    for place in 0..<count {
      target[place] = convert(
        source.loadUnaligned(fromByteOffset: place &* MemoryLayout<S>.stride, as: S.self))
    }
  }
}

/// A float that is made of any stored number without a generic detour.
private protocol FloatOfAny {
  init(_ value: Int8)
  init(_ value: Int16)
  init(_ value: Int32)
  init(_ value: Int64)
  init(_ value: UInt8)
  init(_ value: UInt16)
  init(_ value: UInt32)
  init(_ value: UInt64)
  init(_ value: Float)
}

extension Float: FloatOfAny {}
extension Double: FloatOfAny {}
