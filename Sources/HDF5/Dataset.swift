import CHDF5

/// A dataset of an open file, for reading.
public struct Dataset: ~Copyable, Sendable {
  let handle: Handle
  let location: Location
  private let type: StoredType
  private let extent: Extent
  /// How its elements lie in the file.
  public let storage: Storage
  /// Why its values cannot be read, found once.
  private let refusal: HDF5Error?
  /// Reads what libhdf5 is not needed for.
  let chunks: ChunkReader?

  init(
    _ opened: consuming Handle, _ location: Location, cacheBytes: Int?
  ) throws(HDF5Error) {
    let handle = try ChunkCache.fit(opened, location, cacheBytes)
    let id = handle.id
    let space = try Handle("cannot read the shape of", location, .damaged) { H5Dget_space(id) }
    let extent = try Extent(space: space.id, location)
    let name = try Attributes(of: id, location).opaqueName()
    let type = try StoredType(location, opaqueName: name) { H5Dget_type(id) }
    let storage = try Storage(dataset: id, location)
    refusal =
      storage.refusal(location)
      ?? PackedSize(id, storage, extent.shape, elementSize: type.size).refusal(location)
    chunks = refusal == nil ? ChunkReader(type, storage, shape: extent.shape, location) : nil
    self.location = location
    self.storage = storage
    self.extent = extent
    self.type = type
    self.handle = handle
  }

  /// The path from the top of the file.
  public var path: String { location.path }
  /// The size along each axis; empty for a scalar.
  public var shape: [Int] { extent.shape }
  /// The number of elements.
  public var count: Int { extent.count }
  /// The type of an element in the file.
  public var elementType: ElementType { type.element }
  /// The order of an element's bytes in the file.
  public var byteOrder: ByteOrder { type.order }

  /// The attributes of the dataset.
  public var attributes: Attributes { Attributes(of: handle.id, location) }

  var storedType: hid_t { type.handle.id }
  /// The bytes of an element in the file.
  var elementSize: Int { type.size }

  /// Checks that the values are inside the file and that libhdf5 can unpack them.
  ///
  /// - Throws: `HDF5Error` that names the filter or the kind of storage, and what to do.
  public func verifyReadable() throws(HDF5Error) {
    if let refusal { throw refusal }
  }

  /// Checks the rank and the sizes.
  ///
  /// - Parameter expected: the size along each axis, nil where any will do.
  /// - Throws: `HDF5Error` that names both shapes.
  public func verifyShape(_ expected: [Int?]) throws(HDF5Error) {
    let fits =
      expected.count == shape.count && zip(expected, shape).allSatisfy { $0 == nil || $0 == $1 }
    if fits { return }
    let sizes = expected.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
    throw HDF5Error(
      .wrongShape,
      "\(location) has the shape \(shape) of rank \(shape.count); expected rank "
        + "\(expected.count), [\(sizes)]")
  }
}
