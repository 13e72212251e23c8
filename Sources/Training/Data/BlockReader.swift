import Dispatch
import HDF5

/// Reads the wanted rows of blocks of a dataset, several blocks at once where the dataset can, and looks
/// for NaN and infinity in them.
///
/// Unchecked because it is only used by work on the serial queue of a `BatchSource`, and what that starts
/// at once has places of its own.
final class BlockReader: RowSource, @unchecked Sendable {
  /// How many blocks are read at once: more threads than these would only take from training.
  let atOnce: Int
  private let dataset: any Dataset
  private let blockRows: Int
  private let policy: NonFinitePolicy
  /// Room for blocks of which not all rows are wanted, one for each that is read at once.
  private let rooms: [BlockRoom]

  init(_ dataset: any Dataset, blockRows: Int, policy: NonFinitePolicy) {
    self.dataset = dataset
    self.blockRows = blockRows
    self.policy = policy
    atOnce = dataset.canReadAtOnce ? min(Workers.cores, 4) : 1
    rooms = (0..<atOnce).map { _ in BlockRoom(dataset.shape, rows: blockRows) }
  }

  /// Reads ascending rows of some blocks, each to neighbouring places of a store.
  func read(_ pieces: [RowPiece], of window: Int, into store: RowStore) throws {
    precondition(pieces.count <= atOnce, "each piece has room of its own")
    if pieces.count == 1 { return try read(pieces[0], 0, into: store) }
    let failures = Locked([(any Error)?](repeating: nil, count: pieces.count))
    // Not checked by the compiler: each piece has its rows of the store and its room for a block.
    nonisolated(unsafe) let store = store
    DispatchQueue.concurrentPerform(iterations: pieces.count) { index in
      do {
        try read(pieces[index], index, into: store)
      } catch {
        failures.withLock { $0[index] = error }
      }
    }
    let first = failures.withLock { failures in failures.lazy.compactMap { $0 }.first }
    if let first { throw first }
  }

  private func read(_ piece: RowPiece, _ hand: Int, into store: RowStore) throws {
    let (rows, place) = (piece.rows, piece.place)
    guard let first = rows.first, let last = rows.last else { return }
    if last - first + 1 == rows.count {
      try dataset.read(rows: first..<last + 1, into: store.memory(from: place))
    } else {
      let block = rooms[hand].store
      try dataset.read(rows: first..<last + 1, into: block.memory(from: 0))
      gather(rows, of: block, from: first, into: store, at: place)
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
    _ rows: ArraySlice<Int>, of whole: RowStore, from first: Int, into store: RowStore,
    at place: Int
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

/// Room for a block, made when it is first needed.
private final class BlockRoom {
  private let shape: SampleShape
  private let rows: Int
  private(set) lazy var store = RowStore(shape, capacity: rows)

  init(_ shape: SampleShape, rows: Int) {
    self.shape = shape
    self.rows = rows
  }
}
