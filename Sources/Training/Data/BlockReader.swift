/// Reads the wanted rows of blocks of a dataset, and looks for NaN and infinity in them.
final class BlockReader {
  private let dataset: any Dataset
  private let blockRows: Int
  private let policy: NonFinitePolicy
  /// Room for a block of which not all rows are wanted.
  private lazy var whole = RowStore(dataset.shape, capacity: blockRows)

  init(_ dataset: any Dataset, blockRows: Int, policy: NonFinitePolicy) {
    self.dataset = dataset
    self.blockRows = blockRows
    self.policy = policy
  }

  /// Reads ascending rows of one block to neighbouring places of a store.
  func read(_ rows: ArraySlice<Int>, into store: RowStore, at place: Int) throws {
    guard let first = rows.first, let last = rows.last else { return }
    if last - first + 1 == rows.count {
      try dataset.read(rows: first..<last + 1, into: store.memory(from: place))
    } else {
      try dataset.read(rows: first..<last + 1, into: whole.memory(from: 0))
      gather(rows, from: first, into: store, at: place)
    }
    guard policy == .error else { return }
    if let found = store.firstNotFinite(in: place..<place + rows.count) {
      throw DataError(
        .notFinite,
        "\(dataset.title(of: found.part, at: found.place)) has \(found.value.isNaN ? "NaN" : "infinity") in row "
          + "\(rows[rows.startIndex + found.row - place]); expected finite numbers, so clean the "
          + "data, or set what to do with such rows to 'skip' or 'allow'")
    }
  }

  /// Copies runs of wanted rows out of a block that was read whole.
  private func gather(
    _ rows: ArraySlice<Int>, from first: Int, into store: RowStore, at place: Int
  ) {
    var place = place
    var start = rows.startIndex
    while start < rows.endIndex {
      var end = start + 1
      while end < rows.endIndex, rows[end] == rows[end - 1] + 1 { end += 1 }
      let run = rows[start] - first..<rows[end - 1] - first + 1
      store.copy(rows: run, of: whole, to: place)
      place += run.count
      start = end
    }
  }

  /// The rows of a dataset that have NaN or infinity, found by reading it once.
  static func rowsNotFinite(in dataset: any Dataset) throws -> RowSet {
    let perMegabyte = max(1, (1 << 20) / dataset.shape.bytes)
    let size = min(dataset.count, max(1, perMegabyte / dataset.chunkRows) * dataset.chunkRows)
    let store = RowStore(dataset.shape, capacity: size)
    var found: Set<Int> = []
    for first in stride(from: 0, to: dataset.count, by: size) {
      let count = min(size, dataset.count - first)
      try dataset.read(rows: first..<first + count, into: store.memory(from: 0))
      var from = 0
      while let bad = store.firstNotFinite(in: from..<count) {
        found.insert(first + bad.row)
        from = bad.row + 1
      }
    }
    return RowSet(of: dataset.count) { found.contains($0) }
  }
}
