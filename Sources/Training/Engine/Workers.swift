import Foundation
import Kernels

/// The threads that share the work of a step: fork and join, nothing in between.
public struct Workers: Sendable {
  /// How many work at the same time at most.
  public let count: Int

  private let crew: Crew

  /// `count` workers; as many as the machine has cores when nil.
  public init(_ count: Int? = nil) {
    self.count = max(1, count ?? Self.cores)
    crew = Crew(helpers: min(self.count, Self.cores) - 1)
  }

  /// How many cores this process may use, by its affinity and by what its control groups grant.
  public static var cores: Int {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return quota.map { max(1, Int(min($0, Double(cores)).rounded(.up))) } ?? cores
  }

  private static let quota = CoreQuota().cores

  /// Does `items` pieces of work, each by whichever worker is free, and returns when all are done.
  ///
  /// Which worker does an item must not matter to the result: it only says whose memory to use.
  /// Denormals are flushed to zero while items run; they made other trainers 18 to 27 times slower.
  ///
  /// - Parameters:
  ///   - items: how many pieces of work there are.
  ///   - together: whether it is worth to wake the other workers.
  ///   - body: does one piece.
  func forEach(
    _ items: Int, together: Bool = true, _ body: (_ worker: Int, _ item: Int) -> Void
  ) {
    let mode = flushDenormals()
    defer { restoreFloatMode(mode) }
    guard together, count > 1, items > 1 else {
      for item in 0..<items { body(0, item) }
      return
    }
    crew.fork(items, body)
  }
}
