import CHDF5

extension NewFile {
  /// Begins a dataset that grows by rows.
  ///
  /// - Parameters:
  ///   - type: the type of its elements.
  ///   - path: names from the top, separated by `/`; missing groups are made.
  ///   - rowShape: the shape of one row; empty if a row is one number.
  ///   - packing: its chunks, of one rank more than a row.
  /// - Returns: a writer, to be closed before the file.
  /// - Throws: `HDF5Error` if it exists already or cannot be made.
  public func appendRows<T: StorableNumber>(
    of type: T.Type, to path: String, rowShape: [Int], packing: Packing
  ) throws(HDF5Error) -> RowWriter<T> {
    precondition(packing.chunk.count == rowShape.count + 1, "a chunk has rows as its first axis")
    let (name, location) = try parent(of: path)
    let group = try enterParent(of: path)
    let sizes = ([0] + rowShape).map { hsize_t($0) }
    let most = [chdf5_unlimited()] + sizes.dropFirst()
    let space = try Handle("cannot make", location) {
      H5Screate_simple(Int32(sizes.count), sizes, most)
    }
    let options = try Packing.creation(packing, location)
    let access = try Handle("cannot make", location) { H5Pcreate(chdf5_dataset_access()) }
    // Room for the chunks of one row, so that a chunk filled by several appends is packed once.
    let cache = packing.cacheBytes(rowShape, elementSize: MemoryLayout<T>.size)
    _ = try library.call("cannot make", location) {
      H5Pset_chunk_cache(access.id, 12_421, cache, 1)
    }
    let dataset = try Handle("cannot make the dataset", location, .cannotWrite) {
      H5Dcreate2(
        group.id, name, T.numberKind.memoryType, space.id, standard, options.id, access.id)
    }
    try group.close("cannot close the group of", location)
    return RowWriter(dataset, location, rowShape, growing)
  }
}

/// A dataset of a new file that grows by rows.
public struct RowWriter<T: StorableNumber>: ~Copyable, Sendable {
  private let handle: Handle
  private let location: Location
  private let rowShape: [Int]
  private let growing: GrowingDatasets
  /// The rows written so far.
  public private(set) var rows = 0

  init(
    _ handle: consuming Handle, _ location: Location, _ rowShape: [Int],
    _ growing: GrowingDatasets
  ) {
    growing.begin()
    self.growing = growing
    self.handle = handle
    self.location = location
    self.rowShape = rowShape
  }

  /// Appends whole rows.
  ///
  /// - Parameter values: the elements of any number of rows.
  /// - Throws: `HDF5Error` if they cannot be written, for example because the disk is full.
  public mutating func append(_ values: UnsafeBufferPointer<T>) throws(HDF5Error) {
    let rowCount = rowShape.reduce(1, *)
    precondition(rowCount > 0 && values.count % rowCount == 0, "whole rows")
    let added = values.count / rowCount
    if added == 0 { return }
    let dataset = handle.id
    let whole = ([rows + added] + rowShape).map { hsize_t($0) }
    let start = ([rows] + rowShape.map { _ in 0 }).map { hsize_t($0) }
    let size = ([added] + rowShape).map { hsize_t($0) }
    _ = try library.call("cannot extend", location, .cannotWrite) {
      H5Dset_extent(dataset, whole)
    }
    let target = try Handle("cannot write", location) { H5Dget_space(dataset) }
    _ = try library.call("cannot write", location) {
      H5Sselect_hyperslab(target.id, H5S_SELECT_SET, start, nil, size, nil)
    }
    let source = try NewFile.space([added] + rowShape, location)
    _ = try library.call("cannot write", location, .cannotWrite) {
      H5Dwrite(
        dataset, T.numberKind.memoryType, source.id, target.id, standard, values.baseAddress)
    }
    rows += added
  }

  /// Appends whole rows.
  ///
  /// - Parameter values: the elements of any number of rows.
  /// - Throws: `HDF5Error` if they cannot be written, for example because the disk is full.
  public mutating func append(_ values: [T]) throws(HDF5Error) {
    var failure: HDF5Error?
    values.withUnsafeBufferPointer { values in
      do throws(HDF5Error) { try append(values) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Ends the dataset; rows still in libhdf5's cache are written now.
  ///
  /// - Throws: `HDF5Error` if they cannot be written; the file is then of no use.
  public consuming func close() throws(HDF5Error) {
    let growing = self.growing
    try handle.close("cannot write", location)
    growing.end()
  }
}

extension Packing {
  /// Bytes for all chunks that one row touches, at least libhdf5's default.
  fileprivate func cacheBytes(_ rowShape: [Int], elementSize: Int) -> Int {
    let across = zip(rowShape, chunk.dropFirst()).map { ($0 + $1 - 1) / $1 * $1 }
    let bytes = Extent.count(of: [elementSize, chunk[0]] + across) ?? ChunkCache.largest
    return min(max(bytes, 1 << 20), ChunkCache.largest)
  }
}
