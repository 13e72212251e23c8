import CHDF5

/// Strings laid out for libhdf5: each with a NUL, all in one block of bytes.
struct StringBlock {
  private var bytes: [CChar] = []
  private var offsets: [Int] = []
  private(set) var longest = 0
  private(set) var isASCII = true

  init(_ strings: [String], _ location: Location) throws(HDF5Error) {
    for string in strings {
      let text = string.utf8
      guard !text.contains(0) else {
        throw HDF5Error(
          .cannotWrite, "cannot write \(location): the text '\(string.prefix(40))' contains a NUL")
      }
      offsets.append(bytes.count)
      bytes += text.map { CChar(bitPattern: $0) } + [0]
      longest = max(longest, text.count)
      isASCII = isASCII && text.allSatisfy { $0 < 128 }
    }
  }

  /// Calls with the address of an array of pointers to the strings.
  func withPointers<R>(_ body: (UnsafeRawPointer?) -> R) -> R {
    bytes.withUnsafeBufferPointer { bytes in
      let pointers = offsets.map { offset in bytes.baseAddress.map { $0 + offset } }
      return pointers.withUnsafeBytes { body($0.baseAddress) }
    }
  }

  /// The strings in fields of the longest one's length, filled with NULs.
  func fields() -> [UInt8] {
    let width = max(longest, 1)
    var fields = [UInt8](repeating: 0, count: offsets.count * width)
    for (index, offset) in offsets.enumerated() {
      for (place, byte) in bytes[offset...].prefix(while: { $0 != 0 }).enumerated() {
        fields[index * width + place] = UInt8(bitPattern: byte)
      }
    }
    return fields
  }

  /// The type of variable-length text; UTF-8 if asked for or needed, else ASCII.
  func variableType(_ location: Location, isUTF8: Bool = false) throws(HDF5Error) -> Handle {
    let type = try Handle("cannot write", location) { H5Tcopy(chdf5_c_string()) }
    let set = isUTF8 || !isASCII ? H5T_CSET_UTF8 : H5T_CSET_ASCII
    _ = try library.call("cannot write", location) {
      chdf5_make_variable(type.id) < 0 ? -1 : H5Tset_cset(type.id, set)
    }
    return type
  }

  /// The type of the fields, null-padded as numpy's.
  func fixedType(_ location: Location) throws(HDF5Error) -> Handle {
    let type = try Handle("cannot write", location) { H5Tcopy(chdf5_c_string()) }
    let set = isASCII ? H5T_CSET_ASCII : H5T_CSET_UTF8
    _ = try library.call("cannot write", location) {
      H5Tset_size(type.id, max(longest, 1)) < 0 || H5Tset_strpad(type.id, H5T_STR_NULLPAD) < 0
        ? -1 : H5Tset_cset(type.id, set)
    }
    return type
  }
}
