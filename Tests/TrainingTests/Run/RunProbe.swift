import Foundation
import HDF5
import KerasFormat
import TestSupport

@testable import Training

/// Small runs in a directory that goes away: one recipe, its data, and what came out.
struct RunProbe: Sendable {
  let scratch: ScratchDirectory
  var recipe: Recipe

  static let layers = """
    - LSTM: {units: 4, dropout: 0.2, recurrent_dropout: 0.1}
    - Dropout: {rate: 0.1}
    - Dense: {units: 2}
    """

  /// Fifty rows in batches of eight: seven steps an epoch, the last of two rows.
  init(
    _ training: String = "", data: String = "", layers: String = RunProbe.layers, rows: Int = 50,
    change: (inout [Float], inout [Float]) -> Void = { _, _ in }
  ) throws {
    scratch = try ScratchDirectory()
    var random = SeededRandom(seed: 5)
    var x = random.floats(rows * 5 * 2)
    var y = random.floats(rows * 2)
    change(&x, &y)
    try DataFile.write(
      scratch.file("data.h5"), [("x", [rows, 5, 2], x), ("y", [rows, 2], y)])
    recipe = try Recipe(
      yaml: """
        model:
          layers:
        \(layers.indented(by: 4))
        data:
          train: \(scratch.file("data.h5"))
        \(data.indented(by: 2))
        training:
          loss: mse
          metrics: [mae]
          batch_size: 8
          epochs: 3
          seed: 3
        \(training.indented(by: 2))
        """)
  }

  /// Opens a run, trains, and lets it go.
  @discardableResult
  func run(
    _ name: String, steps: Int? = nil, workers: Int = 1, resumes: Bool = false,
    allowsChanges: Bool = false, _ report: (RunEvent) -> Void = { _ in }
  ) throws -> RunResult {
    var options = Run.Options()
    options.steps = steps
    options.workers = Workers(workers)
    (options.resumes, options.allowsChanges) = (resumes, allowsChanges)
    return try Run(recipe, directory: path(name), options: options).train(report)
  }

  /// The directory of a run.
  func path(_ name: String) -> String { scratch.file(name) }

  /// The names of a run's step checkpoints, the oldest first.
  func checkpoints(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(name) + "/checkpoints").sorted()
  }

  /// The history but for the seconds.
  func history(_ name: String) throws -> [String] {
    let text = try String(contentsOfFile: path(name) + "/history.csv", encoding: .utf8)
    return text.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).dropLast()
        .joined(separator: ",")
    }
  }

  /// All weights of a checkpoint or model.
  func weights(_ file: String) throws -> [Float] {
    try SavedModel(reading: File(reading: file)).weights.values
  }
}

extension String {
  fileprivate func indented(by count: Int) -> String {
    let space = String(repeating: " ", count: count)
    return split(separator: "\n").map { space + $0 }.joined(separator: "\n")
  }
}

/// The sentence and kind of the error that something ends in.
func failure(_ body: () throws -> Void) -> TrainingError? {
  do { try body() } catch { return TrainingError(wrapping: error) }
  return nil
}
