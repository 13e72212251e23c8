import KerasFormat

/// What a run spends its time with, in seconds; no number of the training depends on it.
public struct PhaseTimes: Sendable, Equatable {
  /// Waiting for data.
  public var data = 0.0
  /// Forward and backward, and adding up the gradients.
  public var gradients = 0.0
  /// Measuring the gradient, the optimizer, and packing the weights.
  public var update = 0.0
  /// Scoring the validation data.
  public var validation = 0.0
  /// Copying the numbers for checkpoints, and waiting for one under way.
  public var checkpoints = 0.0
  /// How long each worker was busy with gradients.
  public var workers: [Double] = []

  /// Nothing yet.
  public init() {}

  /// What went by since an earlier time.
  func since(_ before: PhaseTimes) -> PhaseTimes {
    var times = self
    times.data -= before.data
    times.gradients -= before.gradients
    times.update -= before.update
    times.validation -= before.validation
    times.checkpoints -= before.checkpoints
    for (index, seconds) in before.workers.enumerated() { times.workers[index] -= seconds }
    return times
  }

  /// The fields of an event.
  var fields: [(String, JSON)] {
    [
      (
        "phases",
        [
          "data": Self.rounded(data), "gradients": Self.rounded(gradients),
          "update": Self.rounded(update), "validation": Self.rounded(validation),
          "checkpoints": Self.rounded(checkpoints),
        ]
      ),
      ("busy", .array(workers.map(Self.rounded))),
    ]
  }

  /// Microseconds are enough.
  private static func rounded(_ seconds: Double) -> JSON {
    .double((seconds * 1e6).rounded() / 1e6)
  }
}

extension Trainer {
  /// What training spent its time with so far; of no influence on any number.
  public var times: PhaseTimes {
    var times = seconds
    times.workers = (0..<workers.count).map { busy[$0][0] }
    return times
  }
}

/// Keeps a run's times, and gives the log what it has not told yet.
struct TimeKeeper {
  private var times = PhaseTimes()
  private var logged = PhaseTimes()

  /// Data was waited for.
  mutating func waited(_ seconds: Double) { times.data += seconds }

  /// The validation data was scored.
  mutating func validated(_ seconds: Double) { times.validation += seconds }

  /// Has checkpoints written.
  mutating func save(_ body: () -> Void) {
    var watch = Stopwatch()
    body()
    times.checkpoints += watch.lap()
  }

  /// The fields of an event that say where the time went since the last of them.
  mutating func take(_ trainer: Trainer) -> [(String, JSON)] {
    var now = times
    let training = trainer.times
    (now.gradients, now.update, now.workers) =
      (training.gradients, training.update, training.workers)
    defer { logged = now }
    return now.since(logged).fields + [("memory_peak", .int(Machine.peakMemory))]
  }
}

/// Measures seconds between two moments.
struct Stopwatch {
  private let clock = ContinuousClock()
  private var start = ContinuousClock().now

  /// Seconds since it was started or asked last.
  mutating func lap() -> Double {
    let now = clock.now
    defer { start = now }
    return (now - start) / Duration.seconds(1)
  }
}
