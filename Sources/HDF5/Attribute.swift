import CHDF5

/// One open attribute.
struct Attribute: ~Copyable {
  let handle: Handle
  let space: Handle
  let type: StoredType
  let extent: Extent
  let location: Location

  init(of object: hid_t, _ name: String, _ location: Location) throws(HDF5Error) {
    let handle = try Handle("cannot open the attribute", location, .damaged) {
      H5Aopen(object, name, standard)
    }
    let id = handle.id
    let space = try Handle("cannot read the attribute", location, .damaged) { H5Aget_space(id) }
    let extent = try Extent(space: space.id, location)
    let type = try StoredType(location) { H5Aget_type(id) }
    self.handle = handle
    self.space = space
    self.extent = extent
    self.type = type
    self.location = location
  }

  func strings() throws(HDF5Error) -> [String] {
    if extent.count == 0 { return [] }
    guard case .string(let kind) = type.element else {
      throw HDF5Error(
        .wrongType, "the attribute \(location) is of the type \(type.element); expected text")
    }
    let id = handle.id
    let text = Text(kind: kind, count: extent.count, location: location)
    return try text.strings(type: type.handle.id, space: space.id, limit: Attributes.largest) {
      memoryType, _, memory in H5Aread(id, memoryType, memory)
    }
  }

  func numbers<T: StorableNumber>(as _: T.Type) throws(HDF5Error) -> [T] {
    if extent.count == 0 { return [] }
    guard type.element.isNumeric, type.element != .bfloat16 else {
      throw HDF5Error(
        .wrongType, "the attribute \(location) is of the type \(type.element); expected numbers")
    }
    guard extent.count <= Attributes.largest / 8 else {
      throw HDF5Error(.tooLarge, "the attribute \(location) claims \(extent.count) numbers")
    }
    var values = [T](repeating: .zero, count: extent.count)
    let id = handle.id
    _ = try library.call("cannot read the attribute", location, .damaged) {
      H5Aread(id, T.numberKind.memoryType, &values)
    }
    return values
  }

  /// Whole numbers, exactly: libhdf5 would round and clamp, as it takes no options here.
  func integers() throws(HDF5Error) -> [Int] {
    let found: [Int?] =
      switch type.element {
      case .float: try numbers(as: Double.self).map(Int.init(exactly:))
      case .integer(signed: false, _): try numbers(as: UInt64.self).map(Int.init(exactly:))
      default: try numbers(as: Int.self)
      }
    var integers: [Int] = []
    for value in found {
      guard let value else {
        throw HDF5Error(.wrongType, "the attribute \(location) is not a whole number of 64 bits")
      }
      integers.append(value)
    }
    return integers
  }

  func only<T>(_ values: [T], _ expected: String) throws(HDF5Error) -> T {
    if let first = values.first, values.count == 1 { return first }
    throw HDF5Error(
      .wrongShape, "the attribute \(location) has \(values.count) elements; expected \(expected)")
  }
}
