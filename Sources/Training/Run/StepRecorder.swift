/// Chooses the updates that get a line in the log: about two hundred over the whole run, and where
/// that would be too rare to watch, one every ten seconds.
struct StepRecorder {
  /// A line after each so many updates; zero for none.
  let interval: Int
  private static let lines = 200
  /// After so many seconds a line comes all the same; nil where the interval was asked for.
  private let patience: Double?
  private var lastTime = 0.0

  /// - Parameters:
  ///   - steps: updates of the whole run.
  ///   - interval: a line after each so many updates, 0 for none; nil to choose.
  init(steps: Int, interval: Int? = nil) {
    self.interval = interval ?? max(1, (steps + Self.lines - 1) / Self.lines)
    patience = interval == nil ? 10 : nil
  }

  /// Whether an update is to be written down.
  ///
  /// - Parameters:
  ///   - step: how many updates are done.
  ///   - seconds: since the run began.
  /// - Returns: true when it is due; it is then taken as written.
  mutating func isDue(_ step: Int, seconds: Double) -> Bool {
    guard interval > 0, step % interval == 0 || seconds - lastTime >= patience ?? .infinity
    else { return false }
    lastTime = seconds
    return true
  }
}
