/// Sums in double precision, a row for each shard: losses, counts, what metrics keep.
///
/// Unchecked for the same reason as `Arena`: threads write disjoint rows.
public final class Ledger: @unchecked Sendable {
  /// How many sums a row has.
  public let width: Int
  private let base: UnsafeMutablePointer<Double>
  private let rows: Int

  /// Rows of zeros.
  public init(rows: Int, width: Int) {
    self.rows = rows
    self.width = width
    base = .allocate(capacity: max(rows * width, 1))
    base.initialize(repeating: 0, count: max(rows * width, 1))
  }

  deinit { base.deallocate() }

  /// The sums of a row.
  public subscript(row: Int) -> UnsafeMutableBufferPointer<Double> {
    precondition(row >= 0 && row < rows, "outside of the ledger")
    return UnsafeMutableBufferPointer(start: base + row * width, count: width)
  }

  /// Sets a row to zero.
  public func clear(_ row: Int) { self[row].update(repeating: 0) }

  /// Adds up the first `count` rows in one fixed binary tree, left + right, into row 0.
  public func fold(_ count: Int) {
    addPairwise(count) { right, left in
      for column in 0..<width { self[left][column] += self[right][column] }
    }
  }
}
