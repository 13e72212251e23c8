/// Wanted rows of one block, and where in a window they go.
struct RowPiece {
  /// Their numbers, ascending.
  let rows: ArraySlice<Int>
  /// The row of the store that the first goes to.
  let place: Int
}

/// What windows are filled from: blocks of a dataset, or rows that were laid out for an epoch.
protocol RowSource {
  /// How many pieces are best read at once.
  var atOnce: Int { get }

  /// Reads pieces of a window.
  ///
  /// - Parameters:
  ///   - pieces: which rows, and where they go.
  ///   - window: the number of the window in its epoch.
  ///   - store: the memory of the window.
  /// - Throws: what is wrong with the first piece that cannot be read.
  func read(_ pieces: [RowPiece], of window: Int, into store: RowStore) throws
}
