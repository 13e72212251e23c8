import CHDF5

extension NewFile {
  /// Writes a dataset of numbers, in the byte order of this machine.
  ///
  /// - Parameters:
  ///   - values: the elements, the last axis running fastest.
  ///   - shape: the size along each axis; empty for a single value.
  ///   - path: names from the top, separated by `/`; missing groups are made.
  ///   - packing: chunks and filters, or nil for one plain piece.
  /// - Throws: `HDF5Error` if it exists already or cannot be written.
  public func write<T: StorableNumber>(
    _ values: UnsafeBufferPointer<T>, shape: [Int], to path: String, packing: Packing? = nil
  ) throws(HDF5Error) {
    precondition(Extent.count(of: shape) == values.count, "as many values as the shape has places")
    let (name, location) = try parent(of: path)
    let group = try enterParent(of: path)
    let space = try Self.space(shape, location)
    let options = try Packing.creation(packing, location)
    let type = T.numberKind.memoryType
    let dataset = try Handle("cannot make the dataset", location, .cannotWrite) {
      H5Dcreate2(group.id, name, type, space.id, standard, options.id, standard)
    }
    if !values.isEmpty {
      _ = try library.call("cannot write", location, .cannotWrite) {
        H5Dwrite(dataset.id, type, standard, standard, standard, values.baseAddress)
      }
    }
    try dataset.close("cannot write", location)
    try group.close("cannot close the group of", location)
  }

  /// Writes a dataset of numbers, in the byte order of this machine.
  ///
  /// - Parameters:
  ///   - values: the elements, the last axis running fastest.
  ///   - shape: the size along each axis; empty for a single value.
  ///   - path: names from the top, separated by `/`; missing groups are made.
  ///   - packing: chunks and filters, or nil for one plain piece.
  /// - Throws: `HDF5Error` if it exists already or cannot be written.
  public func write<T: StorableNumber>(
    _ values: [T], shape: [Int], to path: String, packing: Packing? = nil
  ) throws(HDF5Error) {
    let failure = values.withUnsafeBufferPointer { values -> HDF5Error? in
      do throws(HDF5Error) {
        try write(values, shape: shape, to: path, packing: packing)
      } catch { return error }
      return nil
    }
    if let failure { throw failure }
  }

  /// Writes a dataset of strings of variable length.
  ///
  /// - Parameters:
  ///   - strings: the strings; none may contain a NUL.
  ///   - path: names from the top, separated by `/`; missing groups are made.
  ///   - isScalar: whether it is one string without an axis.
  /// - Throws: `HDF5Error` if it exists already or cannot be written.
  public func write(
    strings: [String], to path: String, isScalar: Bool = false
  ) throws(HDF5Error) {
    precondition(!isScalar || strings.count == 1, "a single value is one string")
    let (name, location) = try parent(of: path)
    let group = try enterParent(of: path)
    let space = try Self.space(isScalar ? [] : [strings.count], location)
    let options = try Packing.creation(nil, location)
    let block = try StringBlock(strings, location)
    let type = try block.variableType(location)
    let dataset = try Handle("cannot make the dataset", location, .cannotWrite) {
      H5Dcreate2(group.id, name, type.id, space.id, standard, options.id, standard)
    }
    _ = try library.call("cannot write", location, .cannotWrite) {
      block.withPointers { H5Dwrite(dataset.id, type.id, standard, standard, standard, $0) }
    }
    try dataset.close("cannot write", location)
    try group.close("cannot close the group of", location)
  }

  static func space(_ shape: [Int], _ location: Location) throws(HDF5Error) -> Handle {
    let sizes = shape.map { hsize_t($0) }
    return try Handle("cannot make", location) {
      sizes.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(sizes.count), sizes, nil)
    }
  }
}
