/// Batches filled ahead of their use, on a queue of their own; never more than there are buffers.
///
/// Batches follow each other over the epochs: the first ones of an epoch are filled while the last
/// ones of the epoch before are in use.
public final class Prefetcher: Sendable {
  private let line: PrefetchLine

  init(_ source: BatchSource, from position: DataPosition, before end: Int) {
    line = PrefetchLine(source, from: position, before: end)
    line.start()
  }

  /// Stops reading and waits until it has stopped.
  ///
  /// Loans may outlive the prefetcher.
  deinit {
    line.cancel()
    line.join()
  }

  /// The next batch, waiting for it if need be.
  ///
  /// After an error, the end of the last epoch, or `cancel`, every call has the same result.
  ///
  /// - Returns: a batch on loan; nil at the end of each epoch.
  /// - Throws: what happened while that batch was read.
  public func next() throws -> BatchLoan? { try line.next() }

  /// Seconds that whoever takes batches has waited for them in all, or filled them: near zero where reading keeps
  /// up with training.
  public var waited: Double { line.waited / Duration.seconds(1) }

  /// Stops reading soon; `next` gives nil from now on.
  public func cancel() { line.cancel() }
}
