import CHDF5

/// The order of the bytes of a number in the file.
public enum ByteOrder: String, Sendable {
  case little, big, none
}

/// How a string is kept in the file.
public struct TextKind: Sendable, Equatable {
  /// What fills a fixed-length field after its text.
  public enum Padding: Sendable {
    case nullTerminated, nullPadded, spacePadded
  }
  /// The bytes of a fixed-length field, or nil for variable length.
  public let length: Int?
  /// What fills the rest of a fixed-length field.
  public let padding: Padding
  /// Whether the type says UTF-8; the bytes are read as UTF-8 in either case.
  public let isUTF8: Bool
}

/// The type of one element of a dataset or attribute, as it is in the file.
public enum ElementType: Sendable, Equatable, CustomStringConvertible {
  /// A whole number.
  case integer(signed: Bool, bits: Int)
  /// A binary floating-point number.
  case float(bits: Int)
  /// Keras's bfloat16: two opaque bytes, and an attribute that says what they are.
  case bfloat16
  /// A number with named values, such as h5py's booleans; read as its number.
  case enumeration(bits: Int)
  /// Text.
  case string(TextKind)
  /// Anything else, which cannot be read as numbers or text.
  case other(String)

  /// The name numpy would use, or a description.
  public var description: String {
    switch self {
    case .integer(let signed, let bits): (signed ? "int" : "uint") + "\(bits)"
    case .float(let bits): "float\(bits)"
    case .bfloat16: "bfloat16"
    case .enumeration(let bits): "enumeration in \(bits) bits"
    case .string(let kind): kind.length.map { "string of \($0) bytes" } ?? "string"
    case .other(let name): name
    }
  }

  /// Whether elements can be read as numbers.
  public var isNumeric: Bool {
    switch self {
    case .integer, .float, .bfloat16, .enumeration: true
    case .string, .other: false
    }
  }

  /// Whether elements are text.
  public var isText: Bool {
    if case .string = self { true } else { false }
  }
}

/// An element type with its identifier in the open file.
struct StoredType: ~Copyable, Sendable {
  let handle: Handle
  let element: ElementType
  let order: ByteOrder
  let size: Int

  init(
    _ location: Location, opaqueName: String? = nil, _ open: () -> hid_t
  ) throws(HDF5Error) {
    let handle = try Handle("cannot read the type of", location, .damaged, open)
    let id = handle.id
    let size = try library.call("cannot read the type of", location, .damaged) {
      let size = H5Tget_size(id)
      return size == 0 ? -1 : size
    }
    let type = try library.call("cannot read the type of", location, .damaged) {
      H5Tget_class(id).rawValue
    }
    let order = library.attempt { H5Tget_order(id).rawValue }.result
    element = Self.element(id, H5T_class_t(rawValue: type), size, opaqueName)
    self.order =
      order == H5T_ORDER_LE.rawValue ? .little : order == H5T_ORDER_BE.rawValue ? .big : .none
    self.size = size
    self.handle = handle
  }

  private static func element(
    _ id: hid_t, _ type: H5T_class_t, _ size: Int, _ opaqueName: String?
  ) -> ElementType {
    switch type {
    case H5T_INTEGER where size <= 8:
      let sign = library.attempt { H5Tget_sign(id).rawValue }.result
      return .integer(signed: sign == H5T_SGN_2.rawValue, bits: size * 8)
    case H5T_FLOAT where size <= 16: return .float(bits: size * 8)
    case H5T_ENUM where size <= 8: return .enumeration(bits: size * 8)
    case H5T_STRING: return .string(textKind(id, size))
    case H5T_OPAQUE where size == 2 && opaqueName == "bfloat16": return .bfloat16
    default: return .other(names[type.rawValue] ?? "unknown type of \(size) bytes")
    }
  }

  private static func textKind(_ id: hid_t, _ size: Int) -> TextKind {
    let isVariable = library.attempt { H5Tis_variable_str(id) }.result > 0
    let padding = library.attempt { H5Tget_strpad(id).rawValue }.result
    return TextKind(
      length: isVariable ? nil : size,
      padding: padding == H5T_STR_NULLPAD.rawValue
        ? .nullPadded : padding == H5T_STR_SPACEPAD.rawValue ? .spacePadded : .nullTerminated,
      isUTF8: library.attempt { H5Tget_cset(id).rawValue }.result == H5T_CSET_UTF8.rawValue)
  }

  private static let names: [Int32: String] = [
    H5T_INTEGER.rawValue: "integer of more than 64 bits",
    H5T_FLOAT.rawValue: "float of more than 128 bits",
    H5T_TIME.rawValue: "time", H5T_BITFIELD.rawValue: "bit field",
    H5T_OPAQUE.rawValue: "opaque bytes", H5T_COMPOUND.rawValue: "compound (record or complex)",
    H5T_REFERENCE.rawValue: "reference", H5T_ENUM.rawValue: "enumeration of more than 64 bits",
    H5T_VLEN.rawValue: "list of varying length", H5T_ARRAY.rawValue: "array in each element",
  ]
}
