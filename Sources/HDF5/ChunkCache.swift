import CHDF5

/// The memory in which libhdf5 keeps unpacked chunks of one dataset.
///
/// Its default is 1 MiB; a chunk that does not fit is unpacked again for every read that touches it.
enum ChunkCache {
  static let largest = 64 << 20

  /// Bytes for all chunks that one row touches, or nil where libhdf5's default is enough.
  static func bytes(_ storage: Storage, elementSize: Int, shape: [Int]) -> Int? {
    guard case .chunked(let chunk) = storage.layout, chunk.count == shape.count else { return nil }
    var bytes = elementSize
    for (axis, step) in chunk.enumerated() where step > 0 {
      let pieces = axis == 0 ? 1 : max(1, (shape[axis] + step - 1) / step)
      let (next, overflow) = bytes.multipliedReportingOverflow(by: step)
      let (all, more) = next.multipliedReportingOverflow(by: pieces)
      if overflow || more { return largest }
      bytes = all
    }
    return bytes > 1 << 20 ? min(bytes, largest) : nil
  }

  /// Opens the dataset once more with a cache that fits it, where the default does not.
  static func fit(
    _ opened: consuming Handle, _ location: Location, _ wanted: Int?
  ) throws(HDF5Error) -> Handle {
    let id = opened.id
    let bytes = wanted == nil ? try needed(by: id, location) : wanted
    guard let bytes else { return opened }
    let file = try Handle("cannot open", location) { H5Iget_file_id(id) }
    let access = try Handle("cannot open", location) { H5Pcreate(chdf5_dataset_access()) }
    _ = try library.call("cannot open", location) {
      H5Pset_chunk_cache(access.id, 12_421, bytes, 1)
    }
    // The cache of a dataset is decided by its first opening, so this one has to go first.
    try opened.close("cannot reopen", location)
    return try Handle("cannot open", location, .damaged) {
      H5Dopen2(file.id, location.path, access.id)
    }
  }

  private static func needed(by dataset: hid_t, _ location: Location) throws(HDF5Error) -> Int? {
    let storage = try Storage(dataset: dataset, location)
    let space = try Handle("cannot read the shape of", location, .damaged) {
      H5Dget_space(dataset)
    }
    let size = try StoredType(location) { H5Dget_type(dataset) }.size
    return bytes(storage, elementSize: size, shape: try Extent(space: space.id, location).shape)
  }
}
