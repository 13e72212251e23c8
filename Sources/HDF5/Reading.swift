import CHDF5

extension Dataset {
  /// Reads all elements into memory, converted to the type of the memory.
  ///
  /// Reading into whole numbers is exact or fails; reading into floats rounds as usual.
  /// - Parameter memory: room for exactly as many elements as the dataset has.
  /// - Throws: `HDF5Error` if count or type do not fit or the file is damaged.
  public func read<T: StorableNumber>(
    into memory: UnsafeMutableBufferPointer<T>
  ) throws(HDF5Error) {
    try checkRoom(memory.count, count)
    if let rows = shape.first, try readChunks(0..<rows, into: memory) { return }
    try transfer(standard, standard, memory)
  }

  /// Reads a range of rows, that is of places along the first axis.
  ///
  /// - Parameters:
  ///   - rows: the range, within the first axis.
  ///   - memory: room for exactly these rows.
  /// - Throws: `HDF5Error` if range, count or type do not fit or the file is damaged.
  public func read<T: StorableNumber>(
    rows: Range<Int>, into memory: UnsafeMutableBufferPointer<T>
  ) throws(HDF5Error) {
    try checkRows(rows)
    try checkRoom(memory.count, rows.count * rowCount)
    if memory.isEmpty { return }
    if try readChunks(rows, into: memory) { return }
    try readWithLibrary(rows, into: memory)
  }

  /// Reads a range of rows by libhdf5 alone, for the same bits.
  func readWithLibrary<T: StorableNumber>(
    _ rows: Range<Int>, into memory: UnsafeMutableBufferPointer<T>
  ) throws(HDF5Error) {
    let dataset = handle.id
    let space = try Handle("cannot read", location) { H5Dget_space(dataset) }
    var start = shape.map { _ in hsize_t(0) }
    var size = shape.map { hsize_t($0) }
    (start[0], size[0]) = (hsize_t(rows.lowerBound), hsize_t(rows.count))
    _ = try library.call("cannot select rows \(rows) of", location) {
      H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start, nil, size, nil)
    }
    // Of the file's rank too: libhdf5 maps chunks onto other shapes element by element.
    let target = try Handle("cannot read", location) {
      H5Screate_simple(Int32(size.count), size, nil)
    }
    try transfer(target.id, space.id, memory)
  }

  /// Reads some rows, each run of neighbours in one piece.
  ///
  /// - Parameters:
  ///   - rows: places along the first axis, in ascending order.
  ///   - memory: room for exactly these rows.
  /// - Throws: `HDF5Error` if rows, count or type do not fit or the file is damaged.
  public func read<T: StorableNumber>(
    rows: [Int], into memory: UnsafeMutableBufferPointer<T>
  ) throws(HDF5Error) {
    precondition(zip(rows, rows.dropFirst()).allSatisfy(<), "rows must be in ascending order")
    guard let first = rows.first, let last = rows.last else {
      return try checkRoom(memory.count, 0)
    }
    try checkRows(first..<last + 1)
    try checkRoom(memory.count, rows.count * rowCount)
    var done = 0
    while done < rows.count {
      var end = done + 1
      while end < rows.count, rows[end] == rows[end - 1] + 1 { end += 1 }
      let part = memory[done * rowCount..<end * rowCount]
      try read(
        rows: rows[done]..<rows[end - 1] + 1, into: UnsafeMutableBufferPointer(rebasing: part))
      done = end
    }
  }

  /// Reads all elements into a new array.
  ///
  /// - Parameters:
  ///   - type: the type of the array's elements.
  ///   - limit: the most elements to make room for; the file's word alone is not taken.
  /// - Returns: the elements, the last axis running fastest.
  /// - Throws: `HDF5Error` if there are more than `limit`, or as `read(into:)`.
  public func read<T: StorableNumber>(
    as type: T.Type = T.self, limit: Int
  ) throws(HDF5Error) -> [T] {
    guard count <= limit else {
      throw HDF5Error(
        .tooLarge, "\(location) has \(count) elements; expected at most \(limit)")
    }
    var failure: HDF5Error?
    let values = [T](unsafeUninitializedCapacity: count) { memory, filled in
      do throws(HDF5Error) {
        try read(into: UnsafeMutableBufferPointer(rebasing: memory[..<count]))
        filled = count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return values
  }

  /// The number of elements in one row; 1 for a list.
  public var rowCount: Int { Extent.count(of: Array(shape.dropFirst())) ?? 0 }

  private func checkRows(_ rows: Range<Int>) throws(HDF5Error) {
    guard let available = shape.first else {
      throw HDF5Error(.wrongShape, "\(location) is a single value; expected rows")
    }
    if rows.lowerBound >= 0 && rows.upperBound <= available { return }
    throw HDF5Error(
      .wrongShape,
      "\(location) has \(available) rows; rows \(rows.lowerBound) to \(rows.upperBound - 1) were "
        + "asked for")
  }

  private func checkRoom(_ room: Int, _ needed: Int) throws(HDF5Error) {
    if room == needed { return }
    throw HDF5Error(
      .wrongShape, "\(location) gives \(needed) elements here; expected \(room)")
  }

  /// Reads rows without libhdf5, or says that it has to.
  private func readChunks<T: StorableNumber>(
    _ rows: Range<Int>, into memory: UnsafeMutableBufferPointer<T>
  ) throws(HDF5Error) -> Bool {
    guard let chunks, let base = memory.baseAddress, !memory.isEmpty else { return false }
    return try chunks.read(rows, of: handle.id, into: base)
  }

  private func transfer<T: StorableNumber>(
    _ target: hid_t, _ source: hid_t, _ memory: UnsafeMutableBufferPointer<T>
  ) throws(HDF5Error) {
    try verifyReadable()
    guard elementType.isNumeric else {
      throw HDF5Error(
        .wrongType, "\(location) holds elements of the type \(elementType); expected numbers")
    }
    if memory.isEmpty { return }
    switch elementType {
    case .float, .bfloat16:
      if T.numberKind.isInteger { return try readWhole(target, source, memory) }
    default: break
    }
    if elementType == .bfloat16 || elementType == .float(bits: 16) {
      return try ShortFloat.read(self, target, source, memory)
    }
    let dataset = handle.id
    let options = try Handle("cannot read", location) { H5Pcreate(chdf5_dataset_transfer()) }
    if T.numberKind.isInteger {
      _ = try library.call("cannot read", location) { chdf5_set_exact(options.id) }
    }
    let (result, detail) = library.attempt {
      H5Dread(
        dataset, T.numberKind.memoryType, target, source, options.id, memory.baseAddress)
    }
    if result >= 0 { return }
    if detail.contains("conver") || detail.contains("can't handle") {
      throw notWhole(T.numberKind)
    }
    throw HDF5Error(
      .damaged, "cannot read \(location): \(detail); the file may be damaged, 'h5dump' shows more")
  }

  /// Reads floats as whole numbers by way of doubles, which hold every shorter float.
  ///
  /// libhdf5's own conversion calls some exact values inexact when the byte order differs.
  private func readWhole<T: StorableNumber>(
    _ target: hid_t, _ source: hid_t, _ memory: UnsafeMutableBufferPointer<T>
  ) throws(HDF5Error) {
    let doubles = UnsafeMutableBufferPointer<Double>.allocate(capacity: memory.count)
    doubles.initialize(repeating: 0)
    defer { doubles.deallocate() }
    try transfer(target, source, doubles)
    for (index, value) in doubles.enumerated() {
      guard let whole = T(exactly: value) else { throw notWhole(T.numberKind) }
      memory[index] = whole
    }
  }

  private func notWhole(_ kind: NumberKind) -> HDF5Error {
    HDF5Error(
      .wrongType,
      "\(location) holds \(elementType) values that are not whole numbers in the range of "
        + "\(kind.rawValue)")
  }
}
