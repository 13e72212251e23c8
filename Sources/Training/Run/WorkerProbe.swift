import KerasFormat
import Networks
import Tensors

/// Tries how many workers make the steps of a run the fastest.
///
/// Real steps of the model on a batch of the data, at a learning rate of zero; who calls sees to it that
/// all numbers are put back. Shards decide the numbers, so the choice changes none of them.
struct WorkerProbe {
  /// The most seconds that trying takes, but for a single step that takes longer.
  var budget = 1.0
  /// How often each number is tried.
  var rounds = 9
  /// The seconds of steps that make one try.
  var slice = 0.003

  /// How much longer than its best the median of a number's tries may be, for a result to last: on a busy
  /// machine it would be another one in an hour.
  var spread = 1.25

  /// What a trial found.
  struct Trial {
    /// The median of the seconds of a step by the number of workers; none where steps take too long.
    var times: [(workers: Int, seconds: Double)] = []
    /// Whether the tries of each number took about as long.
    var isSteady = false
  }

  /// Numbers of workers to try, the largest first: all cores, and the powers of two below.
  static func candidates(cores: Int) -> [Int] {
    var powers = [1]
    while powers[powers.count - 1] * 2 < cores { powers.append(powers[powers.count - 1] * 2) }
    return (cores > 1 ? [cores] : []) + powers.reversed()
  }

  /// Times steps with each number of workers.
  ///
  /// - Parameters:
  ///   - trainer: has memory for `candidates.first` workers; its numbers change.
  ///   - batch: the rows of a step.
  ///   - candidates: numbers of workers, the largest first.
  /// - Returns: the times; none where a single step takes too long to try.
  /// - Throws: a sentence when a number is not finite.
  func trial(
    _ trainer: Trainer, _ batch: Batch, _ candidates: [Int]
  ) throws(TrainingError) -> Trial {
    let workers = trainer.workers
    defer { trainer.workers = workers }
    let clock = ContinuousClock()
    let start = clock.now
    // The first step finds nothing in the caches, and tells how long the others may take.
    var last = try seconds(trainer, batch, workers.count, atLeast: 0)
    var found = candidates.map { _ in [Double]() }
    for _ in 0..<rounds {
      for (index, count) in candidates.enumerated() {
        // Half the workers take at most twice as long.
        let expected = max(found[index].min() ?? 2 * last, slice)
        guard (clock.now - start) / .seconds(1) + expected < budget else {
          return summary(candidates, found)
        }
        last = try seconds(trainer, batch, count, atLeast: slice)
        found[index].append(last)
      }
    }
    return summary(candidates, found)
  }

  /// The seconds of a step, as the mean of as many as take so long.
  private func seconds(
    _ trainer: Trainer, _ batch: Batch, _ count: Int, atLeast least: Double
  ) throws(TrainingError) -> Double {
    trainer.workers = Workers(count)
    let clock = ContinuousClock()
    let start = clock.now
    var (steps, elapsed) = (0, 0.0)
    repeat {
      try trainer.train(batch, isLast: true)
      steps += 1
      elapsed = (clock.now - start) / .seconds(1)
    } while elapsed < least
    return elapsed / Double(steps)
  }

  /// One number alone is no comparison.
  private func summary(_ candidates: [Int], _ found: [[Double]]) -> Trial {
    let tried = zip(candidates, found).filter { !$1.isEmpty }.map { ($0, $1.sorted()) }
    guard tried.count > 1 else { return Trial() }
    return Trial(
      times: tried.map { (workers: $0, seconds: $1[$1.count / 2]) },
      isSteady: tried.count == candidates.count
        && tried.allSatisfy { $1.count > 1 && $1[$1.count / 2] <= spread * $1[0] })
  }
}

extension CheckpointKeeper {
  /// Does something to a trainer, and puts every number back.
  func withoutTrace(_ trainer: Trainer, _ body: () throws -> Void) rethrows {
    let (step, factor) = (trainer.step, trainer.learningRateFactor)
    copy(trainer)
    defer {
      trainer.abandonUpdate()
      putBack(trainer)
      (trainer.step, trainer.learningRateFactor) = (step, factor)
      trainer.clearTimes()
    }
    try body()
  }
}

extension Trainer {
  /// Forgets what the time went for.
  func clearTimes() {
    seconds = PhaseTimes()
    for worker in desks.indices { busy.clear(worker) }
  }
}
