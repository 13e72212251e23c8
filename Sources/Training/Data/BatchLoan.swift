/// A batch on loan from a prefetcher; it goes back when the loan leaves its scope.
///
/// The batch is filled anew after that, so nothing may keep it.
public struct BatchLoan: ~Copyable, Sendable {
  /// The rows.
  public let batch: Batch
  /// Which batch of which epoch it is.
  public let position: DataPosition
  private let line: PrefetchLine

  init(_ batch: Batch, _ position: DataPosition, _ line: PrefetchLine) {
    self.batch = batch
    self.position = position
    self.line = line
  }

  deinit { line.giveBack(batch) }
}
