import CHDF5

/// The number types of this machine that datasets are read into and written from.
public enum NumberKind: String, Sendable, CaseIterable {
  case int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64

  /// libhdf5's identifier of the type in memory, never to be closed.
  var memoryType: hid_t {
    switch self {
    case .int8: chdf5_int8()
    case .int16: chdf5_int16()
    case .int32: chdf5_int32()
    case .int64: chdf5_int64()
    case .uint8: chdf5_uint8()
    case .uint16: chdf5_uint16()
    case .uint32: chdf5_uint32()
    case .uint64: chdf5_uint64()
    case .float32: chdf5_float()
    case .float64: chdf5_double()
    }
  }

  /// Whether values are whole numbers, so that reading into them must be exact.
  var isInteger: Bool { self != .float32 && self != .float64 }
}

/// A Swift number that datasets are read into and written from.
public protocol StorableNumber: BitwiseCopyable, Sendable, Equatable {
  /// The type as libhdf5 knows it.
  static var numberKind: NumberKind { get }
  /// The number zero, with which fresh memory is filled.
  static var zero: Self { get }
  /// The same number, or nil if this type does not have it.
  ///
  /// - Parameter value: a number.
  init?(exactly value: Double)
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Int8: StorableNumber { public static var numberKind: NumberKind { .int8 } }
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Int16: StorableNumber { public static var numberKind: NumberKind { .int16 } }
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Int32: StorableNumber { public static var numberKind: NumberKind { .int32 } }
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Int64: StorableNumber { public static var numberKind: NumberKind { .int64 } }
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Int: StorableNumber { public static var numberKind: NumberKind { .int64 } }
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension UInt8: StorableNumber { public static var numberKind: NumberKind { .uint8 } }
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension UInt16: StorableNumber { public static var numberKind: NumberKind { .uint16 } }
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension UInt32: StorableNumber { public static var numberKind: NumberKind { .uint32 } }
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension UInt64: StorableNumber { public static var numberKind: NumberKind { .uint64 } }
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: StorableNumber { public static var numberKind: NumberKind { .float32 } }
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: StorableNumber { public static var numberKind: NumberKind { .float64 } }
