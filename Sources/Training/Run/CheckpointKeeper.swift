import Foundation
import Tensors

/// Decides when a checkpoint is due, has it written while training goes on, and finds it again.
final class CheckpointKeeper {
  private let frame: Checkpoint.Frame
  private let recipe: CheckpointRecipe
  private let folder: CheckpointFolder
  private let writer = CheckpointWriter()
  private let snapshot: Snapshot
  /// The best weights so far, where early stopping puts them back.
  private let best: Arena?
  private let monitor: Monitor
  /// How many updates the trainer counts that were made before the run.
  private var iterationsBefore: Int
  /// What the newest checkpoint holds that is written or under way.
  private var newest: Moment?
  private var lastTime = ContinuousClock().now
  /// The checkpoint of the best could not be written: the next epoch's takes its place.
  private var lacksBest = false
  /// What a person should know about checkpoints that were passed over.
  private(set) var notices: [String] = []
  /// The newest checkpoint that is safely on disk.
  private(set) var newestPath: String?

  /// A place in a run, at which its state is always the same.
  private struct Moment: Equatable {
    let step, epoch, batch: Int

    init(_ state: RunState) { (step, epoch, batch) = (state.step, state.epoch, state.batch) }
  }

  init(_ assembly: Assembly, _ path: String) {
    frame = assembly.frame
    recipe = assembly.recipe.training.checkpoint
    folder = CheckpointFolder(path: "\(path)/checkpoints", keepLast: recipe.keepLast)
    let keepsBest = assembly.recipe.training.earlyStopping?.restoreBestWeights == true
    snapshot = Snapshot(assembly.trainer, keepsBest: keepsBest)
    best = keepsBest ? Arena(count: frame.network.parameterCount) : nil
    iterationsBefore = assembly.trainer.step
    monitor = Monitor(recipe.monitor ?? (assembly.validation == nil ? "loss" : "val_loss"))
  }

  /// Bytes that the copy of the numbers takes, and the image of the file beside it.
  var bytes: Int { 2 * snapshot.bytes }

  /// Refuses to watch what the run does not have.
  func checkMonitor(_ names: [String]) throws(TrainingError) {
    if recipe.keepBest { try monitor.check(names) }
  }

  // MARK: Reading

  /// The newest intact checkpoint; nil when there is none because none was ever written.
  func find() throws(TrainingError) -> (path: String, state: RunState)? {
    guard let (path, state, passedOver) = folder.newestIntact() else {
      guard let damaged = folder.files.first else { return nil }
      throw TrainingError(
        "No checkpoint in '\(folder.path)' is intact; the newest is '\(damaged.path)'. "
          + "Start anew in another directory.", kind: .data)
    }
    notices = passedOver.map { "\($0) Going on from '\(path)'." }
    if state.machine != Machine.description {
      notices.append(
        "The checkpoint was written on '\(state.machine)'; on this processor "
          + "('\(Machine.description)') last digits may differ.")
    }
    return (path, state)
  }

  /// Puts a checkpoint's numbers back.
  func restore(_ path: String, _ trainer: Trainer) throws(TrainingError) {
    do {
      let state = try Checkpoint.read(path, into: snapshot, frame)
      snapshot.restore(trainer)
      trainer.step = state.iteration
      iterationsBefore = state.iterationsBefore ?? 0
      trainer.learningRateFactor = state.learningRateFactor
      best?.copy(from: snapshot.best)
      newest = Moment(state)
      newestPath = path
    } catch {
      throw TrainingError(wrapping: error)
    }
  }

  // MARK: Writing

  /// Starts a checkpoint if one is due by steps or seconds.
  func saveIfDue(
    _ trainer: Trainer, _ log: RunLog, _ report: (RunEvent) -> Void, _ state: () -> RunState
  ) {
    reportOutcomes(report, log)
    let step = trainer.step - iterationsBefore
    let isDueBySteps = recipe.everySteps.map { step % $0 == 0 } ?? false
    let seconds = (ContinuousClock().now - lastTime) / Duration.seconds(1)
    let isDueByTime = recipe.everySeconds.map { seconds >= $0 } ?? false
    guard isDueBySteps || isDueByTime else { return }
    save(state(), trainer, report, log)
  }

  /// The watched number of an epoch, if it is the best so far and the best checkpoint is kept.
  func bestValue(_ epoch: EpochFacts, before best: Double?) throws(TrainingError) -> Double? {
    guard recipe.keepBest else { return nil }
    let value = try monitor.value(epoch)
    return monitor.isBetter(value, than: lacksBest ? nil : best) ? value : nil
  }

  /// Starts a checkpoint at the end of an epoch if one is due, and one of the best.
  ///
  /// The best comes first: a checkpoint that says what the best was must not outlive it.
  func epochEnded(
    _ state: RunState, isBest: Bool, _ trainer: Trainer, _ log: RunLog,
    _ report: (RunEvent) -> Void
  ) {
    let isDueByEpoch = recipe.everyEpochs.map { state.epoch % $0 == 0 } ?? false
    let isDueBySteps = recipe.everySteps.map { state.step % $0 == 0 } ?? false
    if isBest {
      lacksBest = false
      save(state, trainer, report, log, to: folder.best)
    }
    if isDueByEpoch || isDueBySteps { save(state, trainer, report, log) }
    reportOutcomes(report, log)
  }

  /// Waits until a checkpoint of this moment is there; writes it if it is not under way.
  func saveNow(
    _ state: RunState, _ trainer: Trainer, _ log: RunLog, _ report: (RunEvent) -> Void
  ) throws(TrainingError) {
    writer.wait()
    reportOutcomes(report, log)
    guard newest != Moment(state) else { return }
    save(state, trainer, report, log, tries: 2)
    writer.wait()
    if let failure = reportOutcomes(report, log, isLast: true) { throw failure }
  }

  /// Writes a checkpoint somewhere else, at once.
  func write(_ state: RunState, _ trainer: Trainer, to path: String) throws(TrainingError) {
    writer.wait()
    snapshot.take(trainer, best: best)
    guard snapshot.isFinite else { throw Self.notFinite(state.step) }
    do {
      let rate = trainer.learningRate
      let image = try Checkpoint.image(snapshot, state, frame, learningRate: rate)
      try AtomicFile.write(image, to: path, tries: 2)
    } catch {
      throw TrainingError(wrapping: error)
    }
  }

  /// Waits for the checkpoint under way.
  func wait() { writer.wait() }

  private func save(
    _ state: RunState, _ trainer: Trainer, _ report: (RunEvent) -> Void, _ log: RunLog,
    to path: String? = nil, tries: Int = 1
  ) {
    // The one before is still being written from the snapshot: never drop it, wait for it.
    writer.wait()
    reportOutcomes(report, log)
    snapshot.take(trainer, best: best)
    let (snapshot, frame, folder) = (snapshot, frame, folder)
    let rate = trainer.learningRate
    if path == nil { newest = Moment(state) }
    lastTime = ContinuousClock().now
    writer.write(to: path ?? folder.file(step: state.step), step: state.step, tries: tries) {
      guard snapshot.isFinite else { throw Self.notFinite(state.step) }
      return try Checkpoint.image(snapshot, state, frame, learningRate: rate)
    } then: {
      folder.prune(upTo: state.step)
    }
  }

  private static func notFinite(_ step: Int) -> TrainingError {
    TrainingError(
      "The weights of step \(step) hold a number that is not finite, so no checkpoint is made. "
        + "Go on from an earlier one with a lower learning rate.", kind: .diverged)
  }

  /// Tells what became of the checkpoints that were started.
  ///
  /// - Returns: why the newest is not there; nil when it is, or only the best is missing.
  @discardableResult
  func reportOutcomes(
    _ report: (RunEvent) -> Void, _ log: RunLog, isLast: Bool = false
  ) -> TrainingError? {
    var failure: TrainingError?
    for outcome in writer.takeOutcomes() {
      switch outcome {
      case .saved(let path, let step, let seconds):
        if path != folder.best { (newestPath, failure) = (path, nil) }
        log.write("saved", [("step", .int(step)), ("path", .string(path))])
        report(.saved(path: path, step: step, seconds: seconds))
      case .failed(let path, let error):
        log.write("checkpoint_failed", [("message", .string(error.description))])
        if path == folder.best { lacksBest = true } else { (newest, failure) = (nil, error) }
        guard !isLast else { continue }
        report(
          .warning("\(error.description) Training goes on; the next checkpoint is tried as usual."))
      }
    }
    return failure
  }

  // MARK: Trying

  /// Copies all numbers of a trainer.
  func copy(_ trainer: Trainer) { snapshot.take(trainer, best: best) }

  /// Puts them back.
  func putBack(_ trainer: Trainer) { snapshot.restore(trainer) }

  // MARK: The best weights

  /// Keeps these weights as the best so far.
  func keepBest(_ trainer: Trainer) { best?.copy(from: trainer.weights) }

  /// Puts the best weights back.
  func restoreBest(_ trainer: Trainer) {
    guard let best else { return }
    trainer.weights.copy(from: best)
    trainer.spreadWeights()
  }
}
