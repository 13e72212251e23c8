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
      Extent.count(of: chunks + [$0 + $0 / 64 + 4096])
    }
  }

  func refusal(_ location: Location) -> HDF5Error? {
    guard let bound, stored > bound else { return nil }
    return HDF5Error(
      .refused,
      "\(location) has \(stored) packed bytes, where \(bound) are the most that its values can "
        + "need; it is damaged or made to harm")
  }
}
