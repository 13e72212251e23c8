import Foundation

/// Where a run is: everything beside the numbers that a resumed run needs to be the same run.
struct RunState: Codable, Sendable {
  /// The version of this layout.
  var format = 1
  /// How many updates are done.
  var step = 0
  /// How many the model's file had behind it, from which the optimizer went on; nil for none.
  var iterationsBefore: Int?
  /// How many epochs are done.
  var epoch = 0
  /// How many batches of the epoch under way are done.
  var batch = 0
  /// How many batches make an update; how a batch is cut; how replicas are kept together.
  var plan: Plan
  /// The seed of initial weights, order and dropout.
  var seed: UInt64
  /// What callbacks multiplied the learning rate with.
  var learningRateFactor = 1.0
  /// The sums of the epoch under way, as bit patterns: they may be infinite.
  var scores: [UInt64] = []
  /// What early stopping remembers.
  var earlyStopping: EarlyStopping?
  /// What the callback that lowers the learning rate remembers.
  var reduceOnPlateau: ReduceOnPlateau?
  /// Why a callback ended the run; a run that is over stays so.
  var stopped: String?
  /// The rows of `history.csv`.
  var history: History
  /// The best value of the watched number, for the checkpoint that keeps the best.
  var best: Double?
  /// The loss that follows the batches slowly, where it is wanted.
  var smoothedLoss: Double?
  /// The noise scale of the gradients, where it is measured.
  var noise: NoiseScale?
  /// The resolved recipe.
  var recipe: String
  /// The fingerprint of the training data.
  var dataset: String
  /// The processor that computed, for a warning when another goes on.
  var machine: String

  /// The part of the settings that decides the numbers.
  struct Plan: Codable, Sendable, Hashable {
    var batchSize: Int
    var shards: Int
    var accumulateSteps: Int
    var replicas: Int
    var averageEvery: Int
  }

  /// The numbers of the epochs that are done; what a run did not have is nil.
  struct History: Codable, Sendable, Equatable {
    /// `epoch` and `step`, loss and metrics, `learning_rate`, `seconds`.
    var columns: [String]
    var rows: [[Double?]] = []

    /// The same rows in other columns.
    func arranged(in columns: [String]) -> History {
      let places = columns.map { self.columns.firstIndex(of: $0) }
      return History(
        columns: columns, rows: rows.map { row in places.map { $0.flatMap { row[$0] } } })
    }
  }

  /// How many updates the optimizer has made, with those before the run.
  var iteration: Int {
    get { step + (iterationsBefore ?? 0) }
    set { step = newValue - (iterationsBefore ?? 0) }
  }

  /// The state as text.
  func encoded() throws(TrainingError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(self) else {
      throw TrainingError("The state of the run cannot be written as JSON.", kind: .output)
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// The state from text.
  static func decoded(_ text: String, path: String) throws(TrainingError) -> RunState {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      let state = try decoder.decode(RunState.self, from: Data(text.utf8))
      guard state.format == 1 else {
        throw TrainingError("its layout is \(state.format), and this program reads 1")
      }
      return state
    } catch {
      throw TrainingError(
        "The checkpoint '\(path)' holds a run state that cannot be read (\(error)). "
          + "It can still be used as a model.", kind: .data)
    }
  }
}

extension EngineSettings {
  /// The part of the settings that decides the numbers.
  var coded: RunState.Plan {
    var averageEvery = 1
    if case .weights(_, let steps) = averaging { averageEvery = steps }
    return RunState.Plan(
      batchSize: plan.batchSize, shards: plan.shards, accumulateSteps: accumulateSteps,
      replicas: averaging.replicas, averageEvery: averageEvery)
  }
}
