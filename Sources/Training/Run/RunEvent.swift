/// What a run tells whoever watches it; the library prints nothing itself.
public enum RunEvent: Sendable {
  /// The run begins, or goes on from a checkpoint.
  case started(RunPlan)
  /// One update was made.
  case step(StepFacts)
  /// The model made text.
  case sample(SampleFacts)
  /// An epoch is over.
  case epoch(EpochFacts)
  /// A checkpoint is safely on disk.
  case saved(path: String, step: Int, seconds: Double)
  /// Something a person should know; training goes on.
  case warning(String)
  /// A callback did something, for example lowered the learning rate.
  case note(String)
  /// The run is over.
  case finished(RunResult)
}

/// What is going to be done.
public struct RunPlan: Sendable {
  /// The run's directory.
  public let directory: String
  /// Training rows.
  public let rows: Int
  /// Validation rows; zero without validation.
  public let validationRows: Int
  /// Rows of a batch.
  public let batchSize: Int
  /// Rows of an update of one replica: of a batch, or of all that make one update.
  public let updateRows: Int
  /// How many shards a batch is cut into.
  public let shards: Int
  /// Updates in an epoch.
  public let stepsPerEpoch: Int
  /// Epochs in all.
  public let epochs: Int
  /// How many work at the same time, and why.
  public let workers: WorkerChoice
  /// Trained numbers.
  public let parameters: Int
  /// Bytes that weights, moments, gradients, activations and batches take.
  public let bytes: Int
  /// What naive forecasts score, where the data says so before the first step.
  public let baselines: [Baseline]
  /// The checkpoint that the run goes on from, with its step; nil at a fresh start.
  public let resumed: (path: String, step: Int)?
}

/// One update.
public struct StepFacts: Sendable {
  /// How many updates are done in all.
  public let step: Int
  /// The epoch, from 1.
  public let epoch: Int
  /// How many updates of the epoch are done.
  public let stepInEpoch: Int
  /// Updates in an epoch.
  public let stepsPerEpoch: Int
  /// The running loss and metrics of this epoch; their values are computed when asked for.
  public let scores: Scores
  /// Norm of the gradient before clipping.
  public let gradientNorm: Double
  /// The rate of this update.
  public let learningRate: Double
  /// Rows trained in this epoch so far.
  public let rows: Int
  /// Seconds since the epoch began (or the run went on).
  public let seconds: Double
  /// Of these, seconds waiting for data.
  public let waited: Double
}

/// Text that a model made while it was trained.
public struct SampleFacts: Sendable {
  /// After how many updates.
  public let step: Int
  /// What it goes on from; empty for a random beginning.
  public let prime: String
  /// The whole text, which begins with the prime text.
  public let text: String
  /// The loss that follows the batches slowly, where it is wanted.
  public let smoothedLoss: Double?
}

/// One epoch.
public struct EpochFacts: Sendable {
  /// The epoch, from 1.
  public let epoch: Int
  /// Epochs in all.
  public let epochs: Int
  /// How many updates are done in all.
  public let step: Int
  /// Name and value of loss and metrics, then of validation with `val_`, then `learning_rate`.
  public let metrics: [(name: String, value: Double)]
  /// Rows trained.
  public let rows: Int
  /// Seconds, validation included.
  public let seconds: Double
  /// Of these, seconds waiting for data.
  public let waited: Double

  /// The number in a column of the history.
  func value(of column: String) -> Double? {
    switch column {
    case "epoch": Double(epoch)
    case "step": Double(step)
    case "seconds": (seconds * 1000).rounded() / 1000
    default: metrics.first { $0.name == column }?.value
    }
  }
}

/// How a run ended.
public struct RunResult: Sendable {
  /// Why it ended.
  public enum Reason: Sendable, Equatable {
    /// All epochs are done.
    case completed
    /// As many steps as were asked for are done.
    case reachedSteps
    /// Early stopping.
    case stoppedEarly(String)
    /// Somebody asked it to stop; it can be resumed.
    case interrupted

    /// Whether there is nothing left to train.
    var isOver: Bool {
      switch self {
      case .completed, .stoppedEarly: true
      case .reachedSteps, .interrupted: false
      }
    }
  }

  /// Why it ended.
  public let reason: Reason
  /// How many updates are done in all.
  public let step: Int
  /// The final model, or the checkpoint to resume from when it was interrupted.
  public let path: String
  /// SHA-256 of all weights.
  public let fingerprint: String
  /// What naive forecasts score, for the names of the history; none after an interruption.
  public let baselines: [Baseline]
}
