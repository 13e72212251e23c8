/// What time and rows an epoch took so far.
struct EpochClock {
  private let clock = ContinuousClock()
  private var start = ContinuousClock().now
  /// Rows trained.
  var rows = 0
  /// Seconds the data was waited for, before this epoch and in it.
  private(set) var waitedBefore = 0.0
  var waited = 0.0
  /// Whether no step of this process is done yet.
  var isFirst = true

  /// Begins an epoch, or goes on with one.
  mutating func begin(_ waited: Double) {
    start = clock.now
    rows = 0
    waitedBefore = waited
    self.waited = 0
  }

  /// Seconds since it began.
  var seconds: Double { (clock.now - start) / Duration.seconds(1) }
}
