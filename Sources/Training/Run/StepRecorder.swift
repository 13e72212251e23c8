/// Chooses the updates that get a line in the log: about two hundred over the whole run, and where
/// that would be too rare to watch, one every ten seconds.
struct StepRecorder {
  /// A line after each so many updates.
  let interval: Int
  private static let lines = 200
  private static let patience = 10.0
  private var lastTime = 0.0

  /// - Parameters:
  ///   - steps: updates of the whole run.
  ///   - interval: a line after each so many updates; nil to choose.
  init(steps: Int, interval: Int? = nil) {
    self.interval = interval ?? max(1, (steps + Self.lines - 1) / Self.lines)
  }

  /// Whether an update is to be written down.
  ///
  /// - Parameters:
  ///   - step: how many updates are done.
  ///   - seconds: since the run began.
  /// - Returns: true when it is due; it is then taken as written.
  mutating func isDue(_ step: Int, seconds: Double) -> Bool {
    guard step % interval == 0 || seconds - lastTime >= Self.patience else { return false }
    lastTime = seconds
    return true
  }
}
