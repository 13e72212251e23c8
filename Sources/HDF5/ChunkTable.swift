import CHDF5

/// Where the packed bytes of a chunk are in the file.
struct ChunkPlace: Sendable {
  /// From the first byte of the file; nil where only libhdf5 knows.
  let offset: Int?
  /// How many there are.
  let bytes: Int
  /// The filters that this chunk was packed without, a bit each.
  let skipped: UInt32
}

/// Where all chunks of a dataset are.
struct ChunkTable: Sendable {
  /// The most chunks that are asked for.
  ///
  /// libhdf5 1.10 walks over all chunks to find one by its number: 2,048 take some hundredths of a
  /// second, and twice as many take four times as long.
  static let most = 2048

  private let places: [Int: ChunkPlace]

  /// Asks for all places.
  ///
  /// - Returns: nil where there are more than `most`, or what libhdf5 says makes no sense, so that each
  ///   chunk is better asked for by its place.
  init?(_ dataset: hid_t, _ grid: ChunkGrid, _ location: Location) throws(HDF5Error) {
    let space = try Handle("cannot read the shape of", location, .damaged) {
      H5Dget_space(dataset)
    }
    let count = try library.call("cannot count the chunks of", location, .damaged) {
      chdf5_chunk_count(dataset, space.id)
    }
    guard count <= Self.most else { return nil }
    var places: [Int: ChunkPlace] = [:]
    places.reserveCapacity(Int(count))
    for number in 0..<hsize_t(count) {
      guard let (chunk, place) = Self.place(dataset, space.id, number, grid),
        places.updateValue(place, forKey: chunk) == nil
      else { return nil }
    }
    self.places = places
  }

  /// The place of a chunk; nil if it was never written.
  subscript(number: Int) -> ChunkPlace? { places[number] }

  private static func place(
    _ dataset: hid_t, _ space: hid_t, _ number: hsize_t, _ grid: ChunkGrid
  ) -> (chunk: Int, ChunkPlace)? {
    var first = [hsize_t](repeating: 0, count: grid.shape.count)
    var skipped: UInt32 = 0
    var offset = haddr_t.max
    var bytes: hsize_t = 0
    // libhdf5 walks over all chunks up to this one.
    let found = library.attempt {
      H5Dget_chunk_info(dataset, space, number, &first, &skipped, &offset, &bytes)
    }
    guard found.result >= 0, let chunk = grid.number(ofFirst: first),
      let offset = Int(exactly: offset), let bytes = Int(exactly: bytes)
    else { return nil }
    return (chunk, ChunkPlace(offset: offset, bytes: bytes, skipped: skipped))
  }
}
