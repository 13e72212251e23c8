import CHDF5

/// The packed bytes of a dataset's chunks against the most that its unpacked bytes can need.
///
/// A chunk whose stream is longer than packing can make it unpacks to far more than the chunk: a
/// file of 500 kB has made libhdf5 take 512 MiB for sixteen numbers.
struct PackedSize {
  private let stored: Int
  private let bound: Int?

  init(_ dataset: hid_t, _ storage: Storage, _ shape: [Int], elementSize: Int) {
    guard case .chunked(let chunk) = storage.layout, !storage.filters.isEmpty else {
      (stored, bound) = (0, nil)
      return
    }
    stored = Int(clamping: library.attempt { Int64(clamping: H5Dget_storage_size(dataset)) }.result)
    var factors = [elementSize]
    var chunks: [Int] = []
    for (size, step) in zip(shape, chunk) where step > 0 {
      factors.append(step)
      chunks.append(size / step + (size % step == 0 ? 0 : 1))
    }
    bound = Extent.count(of: factors).flatMap {
      Extent.count(of: chunks + [Self.most(ofUnpacked: $0)])
    }
  }

  /// The most bytes that a chunk can be packed to: packing adds little to what cannot be packed.
  static func most(ofUnpacked bytes: Int) -> Int { bytes + bytes / 64 + 4096 }

  func refusal(_ location: Location) -> HDF5Error? {
    guard let bound, stored > bound else { return nil }
    return HDF5Error(
      .refused,
      "\(location) has \(stored) packed bytes, where \(bound) are the most that its values can "
        + "need; it is damaged or made to harm")
  }
}

extension Dataset {
  /// Checks each chunk as a stranger's file demands: a size that memory bears, and no more packed
  /// bytes than that size can need.
  ///
  /// - Parameter largest: the most bytes of an unpacked chunk.
  /// - Throws: `HDF5Error` that says what is wrong with the chunks.
  package func verifyChunks(largest: Int) throws(HDF5Error) {
    guard case .chunked(let chunk) = storage.layout else { return }
    guard let bytes = Extent.count(of: chunk + [elementSize]), bytes <= largest else {
      throw HDF5Error(
        .refused,
        "\(location) has chunks of \(chunk) values; expected at most \(largest) bytes each")
    }
    let id = handle.id
    let space = try Handle("cannot read the shape of", location, .damaged) { H5Dget_space(id) }
    let count = try library.call("cannot count the chunks of", location, .damaged) {
      chdf5_chunk_count(id, space.id)
    }
    // libhdf5 walks over all chunks to find one, so the very many are left to the sum.
    for number in 0..<min(count, 1024) {
      let stored = try library.call("cannot look at the chunks of", location, .damaged) {
        chdf5_chunk_bytes(id, space.id, hsize_t(number))
      }
      guard stored <= PackedSize.most(ofUnpacked: bytes) else {
        throw HDF5Error(
          .refused,
          "\(location) has a chunk of \(stored) packed bytes, where its values need \(bytes); it is "
            + "damaged or made to harm")
      }
    }
  }
}
