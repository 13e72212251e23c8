import CHDF5

/// How a new dataset is cut into chunks and packed.
public struct Packing: Sendable, Equatable {
  /// The sizes of a chunk along each axis.
  public var chunk: [Int]
  /// The level of gzip from 1 to 9, or nil for none.
  public var gzip: Int?
  /// Whether bytes of the same weight are put together first, which helps gzip with numbers.
  public var shuffle: Bool
  /// Whether each chunk carries a Fletcher checksum, so that damage is an error when it is read.
  public var checksum: Bool

  /// Describes chunks.
  ///
  /// - Parameters:
  ///   - chunk: the sizes of a chunk along each axis.
  ///   - gzip: the level from 1 to 9, or nil for none.
  ///   - shuffle: whether to shuffle bytes first.
  ///   - checksum: whether each chunk carries a checksum.
  public init(chunk: [Int], gzip: Int? = nil, shuffle: Bool = false, checksum: Bool = false) {
    precondition(chunk.allSatisfy { $0 > 0 }, "a chunk has at least one element")
    precondition(gzip.map { (1...9).contains($0) } ?? true, "gzip has the levels 1 to 9")
    self.chunk = chunk
    self.gzip = gzip
    self.shuffle = shuffle
    self.checksum = checksum
  }

  /// Options for the creation of a dataset, packed or in one piece.
  static func creation(_ packing: Packing?, _ location: Location) throws(HDF5Error) -> Handle {
    let list = try Handle("cannot make", location) { H5Pcreate(chdf5_dataset_create()) }
    _ = try library.call("cannot make", location) { H5Pset_obj_track_times(list.id, false) }
    guard let packing else { return list }
    let sizes = packing.chunk.map { hsize_t($0) }
    _ = try library.call("cannot make", location) {
      H5Pset_chunk(list.id, Int32(sizes.count), sizes)
    }
    if packing.shuffle {
      _ = try library.call("cannot make", location) { H5Pset_shuffle(list.id) }
    }
    if let level = packing.gzip {
      _ = try library.call("cannot make", location) { H5Pset_deflate(list.id, UInt32(level)) }
    }
    if packing.checksum {
      _ = try library.call("cannot make", location) { H5Pset_fletcher32(list.id) }
    }
    return list
  }
}
