import Dispatch
import HDF5

/// Writes checkpoints on a queue of its own while training goes on: one at a time, never dropped.
final class CheckpointWriter: Sendable {
  /// A checkpoint that is on disk, or why it is not.
  enum Outcome: Sendable {
    case saved(path: String, step: Int, seconds: Double)
    case failed(path: String, TrainingError)
  }

  private let queue = DispatchQueue(label: "lockstep.checkpoints")
  private let outcomes = Locked<[Outcome]>([])

  /// Waits for the one under way.
  func wait() { queue.sync {} }

  /// What happened since the last call.
  func takeOutcomes() -> [Outcome] {
    outcomes.withLock { outcomes in
      defer { outcomes = [] }
      return outcomes
    }
  }

  /// Starts to write; whoever calls has waited for the one before, whose snapshot this one reuses.
  ///
  /// - Parameters:
  ///   - path: where the checkpoint will be.
  ///   - step: how many updates are in it.
  ///   - tries: how often to begin the file anew.
  ///   - build: makes the bytes.
  ///   - then: what to do once it is safely there.
  func write(
    to path: String, step: Int, tries: Int, _ build: @escaping @Sendable () throws -> [[UInt8]],
    then: @escaping @Sendable () -> Void
  ) {
    queue.async { [self] in
      let clock = ContinuousClock()
      let start = clock.now
      do {
        try AtomicFile.write(try build(), to: path, tries: tries)
        then()
        let seconds = (clock.now - start) / Duration.seconds(1)
        outcomes.withLock { $0.append(.saved(path: path, step: step, seconds: seconds)) }
      } catch {
        let failure = TrainingError(wrapping: error)
        outcomes.withLock { $0.append(.failed(path: path, failure)) }
      }
    }
  }
}
