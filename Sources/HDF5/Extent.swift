import CHDF5

/// The shape of a dataset or attribute, checked for what memory can hold.
struct Extent: Equatable, Sendable {
  let shape: [Int]
  let count: Int

  /// Reads the shape of an open dataspace.
  init(space: hid_t, _ location: Location) throws(HDF5Error) {
    let rank = try library.call("cannot read the shape of", location, .damaged) {
      H5Sget_simple_extent_ndims(space)
    }
    var dimensions = [hsize_t](repeating: 0, count: max(Int(rank), 1))
    let kind = try library.call("cannot read the shape of", location, .damaged) {
      H5Sget_simple_extent_dims(space, &dimensions, nil) < 0
        ? -1 : H5Sget_simple_extent_type(space).rawValue
    }
    // A null dataspace has no elements, which a shape of [0] says as well.
    let sizes = kind == H5S_NULL.rawValue ? [0] : dimensions.prefix(Int(rank)).map { $0 }
    try self.init(sizes, location)
  }

  private init(_ sizes: [hsize_t], _ location: Location) throws(HDF5Error) {
    var shape: [Int] = []
    for size in sizes {
      guard let size = Int(exactly: size) else { throw Self.overflow(location) }
      shape.append(size)
    }
    guard let count = Self.count(of: shape) else { throw Self.overflow(location) }
    self.shape = shape
    self.count = count
  }

  /// The product of the sizes, or nil if 8 bytes for each would not fit an address.
  static func count(of shape: [Int]) -> Int? {
    if shape.contains(0) { return 0 }
    var product = 1
    for size in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      if overflow || next < 0 { return nil }
      product = next
    }
    return product <= Int.max / 16 ? product : nil
  }

  private static func overflow(_ location: Location) -> HDF5Error {
    HDF5Error(.tooLarge, "\(location) claims more elements than any memory has; it is damaged")
  }
}
