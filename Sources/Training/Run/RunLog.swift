import Foundation
import KerasFormat

/// What a run leaves to read: `history.csv`, a row an epoch, and `log.jsonl`, an object an event.
///
/// Numbers are written so that reading them gives the same double. The history is written anew from
/// the checkpoint when a run goes on, so a row that was lost or torn comes back.
final class RunLog {
  private let history: LineLog
  private let events: LineLog
  private let start: ContinuousClock.Instant
  /// The same for TensorBoard, where it is wanted.
  private let board: TensorBoardLog?

  /// Writes the history so far, and opens both files.
  ///
  /// - Parameters:
  ///   - directory: the run's directory.
  ///   - past: the epochs that are done.
  ///   - start: what times are counted from.
  ///   - board: what is shown in TensorBoard.
  /// - Throws: a sentence when the history cannot be written.
  init(
    _ directory: RunDirectory, _ past: RunState.History, start: ContinuousClock.Instant,
    board: TensorBoardLog?
  ) throws(TrainingError) {
    self.start = start
    self.board = board
    let path = directory.file("history.csv")
    let lines = [past.columns.joined(separator: ",")] + past.rows.map(Self.line)
    try AtomicFile.write(lines.map { $0 + "\n" }.joined(), to: path)
    history = LineLog(path)
    events = LineLog(directory.file("log.jsonl"))
  }

  /// Adds an epoch to the history.
  func write(_ row: [Double?]) { history.append(Self.line(row)) }

  /// Adds an event to the log, with the seconds since the run began.
  func write(_ event: String, _ fields: [(String, JSON)]) {
    var object = JSONObject()
    object["event"] = .string(event)
    object["seconds"] = .double((seconds * 1e6).rounded() / 1e6)
    for (key, value) in fields { object[key] = value }
    events.append(JSON.object(object).description)
    board?.write(event, fields)
  }

  /// Adds what only TensorBoard shows of an epoch.
  func write(_ epoch: EpochFacts, _ trainer: Trainer) {
    board?.write(epoch)
    board?.write(trainer, epoch: epoch.epoch)
  }

  /// Adds the update that was made last.
  func writeStep(_ trainer: Trainer, _ rate: Double, _ state: RunState) {
    write(
      "step",
      [
        ("step", .int(trainer.step)), ("loss", .double(trainer.scores.values[0])),
        ("gradient_norm", .double(trainer.gradientNorm)), ("learning_rate", .double(rate)),
      ] + (state.smoothedLoss.map { [("smoothed_loss", .double($0))] } ?? [])
        + (state.noise?.fields ?? []))
  }

  /// Failures to write, to be reported once.
  var failures: [String] {
    [history.takeFailure(), events.takeFailure()].compactMap(\.self)
      + (board?.takeFailures() ?? [])
  }

  /// Seconds since the run began.
  var seconds: Double { (ContinuousClock().now - start) / Duration.seconds(1) }

  /// Epoch and step are whole numbers.
  private static func line(_ row: [Double?]) -> String {
    row.enumerated().map { column, value in
      guard let value else { return "" }
      return column < 2 ? "\(Int(value))" : "\(value)"
    }.joined(separator: ",")
  }
}
