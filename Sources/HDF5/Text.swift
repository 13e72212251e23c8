import CHDF5
import Glibc

/// Reads strings of every kind that HDF5 has, from attributes and datasets.
struct Text {
  let kind: TextKind
  let count: Int
  let location: Location

  /// Reads fixed-length or variable-length strings.
  ///
  /// - Parameters:
  ///   - type: the open type of the elements in the file.
  ///   - space: their open dataspace.
  ///   - limit: the most bytes to make room for.
  ///   - read: reads into memory of the given type: (memory type, transfer options, memory).
  /// - Returns: the strings, without their padding.
  /// - Throws: `HDF5Error` if they are too long, not UTF-8, or damaged.
  func strings(
    type: hid_t, space: hid_t, limit: Int, _ read: (hid_t, hid_t, UnsafeMutableRawPointer) -> herr_t
  ) throws(HDF5Error) -> [String] {
    if count == 0 { return [] }
    let memoryType = try Handle("cannot read", location) { H5Tcopy(type) }
    guard let length = kind.length else {
      return try variable(memoryType.id, space, limit, read)
    }
    return try fixed(memoryType.id, length, limit, read)
  }

  private func fixed(
    _ type: hid_t, _ length: Int, _ limit: Int,
    _ read: (hid_t, hid_t, UnsafeMutableRawPointer) -> herr_t
  ) throws(HDF5Error) -> [String] {
    guard length > 0, count <= limit / length else { throw tooLong(limit) }
    let bytes = count * length
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 8)
    block.initializeMemory(as: UInt8.self, repeating: 0)
    defer { block.deallocate() }
    guard let base = block.baseAddress else { return [] }
    _ = try library.call("cannot read the text of", location, .damaged) {
      read(type, standard, base)
    }
    var strings: [String] = []
    for index in 0..<count {
      strings.append(try decode(content(block[index * length..<(index + 1) * length])))
    }
    return strings
  }

  private func variable(
    _ type: hid_t, _ space: hid_t, _ limit: Int,
    _ read: (hid_t, hid_t, UnsafeMutableRawPointer) -> herr_t
  ) throws(HDF5Error) -> [String] {
    guard count <= limit else { throw tooLong(limit) }
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: count)
    pointers.initialize(repeating: nil, count: count)
    let budget = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    budget.initialize(to: limit)
    defer {
      pointers.deallocate()
      budget.deallocate()
    }
    let options = try Handle("cannot read", location) { H5Pcreate(chdf5_dataset_transfer()) }
    _ = try library.call("cannot read", location) { chdf5_set_budget(options.id, budget) }
    defer { _ = library.attempt { H5Dvlen_reclaim(type, space, options.id, pointers) } }
    let (result, detail) = library.attempt { read(type, options.id, pointers) }
    if result < 0 {
      // The allocator that stops at the limit, in libhdf5's words.
      if detail.contains("memory") || detail.contains("alloc") { throw tooLong(limit) }
      throw HDF5Error(.damaged, "cannot read the text of \(location): \(detail)")
    }
    var strings: [String] = []
    for index in 0..<count {
      let text = UnsafeBufferPointer(
        start: pointers[index], count: pointers[index].map { strlen($0) } ?? 0)
      strings.append(try decode(UnsafeRawBufferPointer(text)[...]))
    }
    return strings
  }

  /// A field without its padding, by the rule of its kind.
  private func content(
    _ field: Slice<UnsafeMutableRawBufferPointer>
  ) -> Slice<UnsafeRawBufferPointer> {
    let bytes = UnsafeRawBufferPointer(rebasing: field)[...]
    switch kind.padding {
    case .nullTerminated: return bytes.prefix { $0 != 0 }
    case .nullPadded: return trimmed(bytes) { $0 == 0 }
    case .spacePadded: return trimmed(bytes) { $0 == 0 || $0 == 32 }
    }
  }

  private func trimmed(
    _ bytes: Slice<UnsafeRawBufferPointer>, _ isPadding: (UInt8) -> Bool
  ) -> Slice<UnsafeRawBufferPointer> {
    let end = bytes.lastIndex { !isPadding($0) }
    return bytes[..<(end.map { $0 + 1 } ?? bytes.startIndex)]
  }

  private func decode(_ bytes: Slice<UnsafeRawBufferPointer>) throws(HDF5Error) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw HDF5Error(.wrongType, "the text of \(location) is not UTF-8")
    }
    return text
  }

  private func tooLong(_ limit: Int) -> HDF5Error {
    HDF5Error(.tooLarge, "the text of \(location) is longer than the \(limit) bytes allowed")
  }
}

extension Dataset {
  /// Reads text: a single string or any number of them.
  ///
  /// - Parameter limit: the most bytes to make room for.
  /// - Returns: the strings, the last axis running fastest.
  /// - Throws: `HDF5Error` if it is not text, too long, or damaged.
  public func readStrings(limit: Int) throws(HDF5Error) -> [String] {
    try verifyReadable()
    guard case .string(let kind) = elementType else {
      throw HDF5Error(
        .wrongType, "\(location) holds elements of the type \(elementType); expected text")
    }
    let dataset = handle.id
    let space = try Handle("cannot read", location) { H5Dget_space(dataset) }
    let text = Text(kind: kind, count: count, location: location)
    return try text.strings(type: storedType, space: space.id, limit: limit) {
      H5Dread(dataset, $0, standard, standard, $1, $2)
    }
  }
}
