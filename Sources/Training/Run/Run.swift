import Foundation
import KerasFormat
import Networks
import Tensors

/// One training run: epochs over the data, callbacks, checkpoints, and what is left to read.
///
/// It begins in an empty directory or goes on from the newest intact checkpoint in one; either way
/// the same recipe and data end with the same weights, to the bit.
public final class Run {
  private let recipe: Recipe
  private let options: Options
  private let assembly: Assembly
  private let directory: RunDirectory
  private let keeper: CheckpointKeeper
  private let log: RunLog
  private let evaluator: Evaluator
  private let resumed: (path: String, step: Int)?
  private let (warnings, notes): ([String], [String])
  private let workers: WorkerChoice
  private let start: ContinuousClock.Instant
  private var state: RunState
  private var scores: Scores
  /// Batches and scores at the last update, which is where a checkpoint may be.
  private var held: (batch: Int, scores: Scores)
  private var clock = EpochClock()
  private var recorder: StepRecorder
  private var times = TimeKeeper()

  private var trainer: Trainer { assembly.trainer }

  /// Opens, checks and plans everything; nothing is trained yet.
  ///
  /// - Parameters:
  ///   - recipe: what to do.
  ///   - path: the run's directory; it is created, and held until the run is gone.
  ///   - options: what to do beside that.
  ///   - start: when the command began, for the times in the log.
  /// - Throws: a sentence for whatever does not fit, before the first step; then nothing that was
  ///   not there before is left.
  public init(
    _ recipe: Recipe, directory path: String, options: Options = Options(),
    start: ContinuousClock.Instant = ContinuousClock().now
  ) throws(TrainingError) {
    let ready = try Preparation(recipe, path, options, start: start)
    self.recipe = ready.assembly.recipe
    self.options = options
    self.start = start
    assembly = ready.assembly
    directory = ready.directory
    keeper = ready.keeper
    log = ready.log
    state = ready.state
    resumed = ready.resumed
    (warnings, notes) = (ready.warnings, ready.notes)
    workers = ready.workers
    recorder = StepRecorder(
      steps: ready.assembly.stepsPerEpoch * recipe.training.epochs,
      interval: recipe.training.logEverySteps)
    let objective = ready.assembly.trainer.objective
    let sums = ready.state.scores.map(Double.init(bitPattern:))
    scores = Scores(objective, sums: sums)
    held = (ready.state.batch, Scores(objective, sums: sums))
    evaluator = try Evaluator(
      ready.assembly.trainer, shape: ready.assembly.validation?.dataset.shape)
  }

  // MARK: Training

  /// Trains until the epochs are done or something ends it.
  ///
  /// - Parameter report: is told what happens, on the calling thread.
  /// - Returns: how it ended.
  /// - Throws: a sentence when data or numbers give out, or the final model cannot be written.
  public func train(_ report: (RunEvent) -> Void) throws(TrainingError) -> RunResult {
    report(.started(plan))
    log.write("started", plan.fields(state, resumed?.step))
    notes.forEach { report(.note($0)) }
    warnings.forEach { report(.warning($0)) }
    do {
      let reason = try epochs(report)
      return try finish(reason, report)
    } catch {
      leave(error, report)
      throw error
    }
  }

  /// Keeps what is good when something goes wrong, and nothing if no step was made.
  private func leave(_ error: TrainingError, _ report: (RunEvent) -> Void) {
    keeper.wait()
    keeper.reportOutcomes(report, log)
    log.write("failed", [("message", .string(error.description))])
    if state.step == 0, resumed == nil, error.kind != .diverged { return directory.discard() }
    guard error.kind != .output, error.kind != .inputOutput else { return }
    trainer.abandonUpdate()
    state.batch = held.batch
    scores.replace(held.scores)
    do { try keeper.saveNow(frozen(), trainer, log, report) } catch {
      report(.warning(error.description))
    }
  }

  private func epochs(_ report: (RunEvent) -> Void) throws(TrainingError) -> RunResult.Reason {
    let batches = assembly.training.prefetch(
      from: DataPosition(epoch: state.epoch, batch: state.batch), epochs: recipe.training.epochs)
    if state.epoch >= recipe.training.epochs {
      report(.note("All \(state.epoch) epochs are done; --epochs N trains on to N."))
    }
    while state.epoch < recipe.training.epochs {
      if let why = state.stopped { return .stoppedEarly(why) }
      if let limit = options.steps, state.step >= limit { return .reachedSteps }
      clock.begin(batches.waited)
      if let reason = try steps(batches, report) { return reason }
      if let reason = try endEpoch(report) { return reason }
    }
    return .completed
  }

  /// Trains on the rest of an epoch's batches; a reason when the run is to end before its end.
  private func steps(
    _ batches: Prefetcher, _ report: (RunEvent) -> Void
  ) throws(TrainingError) -> RunResult.Reason? {
    let count = assembly.training.order.batchCount
    if state.batch == 0 { trainer.states.reset() }
    hold()
    while let loan = try next(batches) {
      let rate = trainer.learningRate
      let isLast = state.batch + 1 == count
      let updated = try trainer.train(loan.batch, isLast: isLast)
      state.batch += 1
      clock.rows += loan.batch.rows
      scores.add(trainer.scores)
      guard updated else { continue }
      state.iteration = trainer.step
      state.smoothedLoss = state.smoothedLoss.map { SmoothedLoss.next($0, trainer) }
      state.noise?.add(trainer.noise)
      hold()
      if clock.isFirst { logFirstStep() }
      if recorder.isDue(state.step, seconds: log.seconds) { log.writeStep(trainer, rate, state) }
      report(.step(facts(rate, waited: batches.waited)))
      assembly.sampler?.sampleIfDue(trainer, state.smoothedLoss, log, report)
      if !isLast { times.save { keeper.saveIfDue(trainer, log, report) { self.frozen() } } }
      if options.stop.isRaised { return .interrupted }
      if let limit = options.steps, state.step >= limit, !isLast { return .reachedSteps }
    }
    clock.waited = batches.waited - clock.waitedBefore
    times.waited(clock.waited)
    return nil
  }

  /// Remembers that this is the last update; without memory of its own.
  private func hold() {
    held.batch = state.batch
    held.scores.replace(scores)
  }

  private func next(_ batches: Prefetcher) throws(TrainingError) -> BatchLoan? {
    do { return try batches.next() } catch { throw TrainingError(wrapping: error) }
  }

  private func logFirstStep() {
    clock.isFirst = false
    let seconds = (ContinuousClock().now - start) / Duration.seconds(1)
    log.write(
      "first_step",
      [("step", .int(state.step)), ("seconds_since_start", .double(seconds))])
  }

  /// Averages, validates, asks the callbacks and saves.
  private func endEpoch(_ report: (RunEvent) -> Void) throws(TrainingError) -> RunResult.Reason? {
    if trainer.averagesWeights { trainer.averageReplicas() }
    var watch = Stopwatch()
    guard let validated = try validate() else { return .interrupted }
    times.validated(watch.lap())
    var metrics = scores.named + validated.map { (name: "val_\($0.name)", value: $0.value) }
    metrics.append((name: "learning_rate", value: trainer.learningRate))
    state.epoch += 1
    state.batch = 0
    scores = Scores(trainer.objective)
    hold()
    let epoch = EpochFacts(
      epoch: state.epoch, epochs: recipe.training.epochs, step: state.step, metrics: metrics,
      rows: clock.rows, seconds: clock.seconds, waited: clock.waited)
    let row = state.history.columns.map { epoch.value(of: $0) }
    state.history.rows.append(row)
    log.write(row)
    log.write(epoch, trainer)
    log.write(
      "epoch",
      [("epoch", .int(epoch.epoch)), ("step", .int(epoch.step))]
        + metrics.map { ($0.name, .double($0.value)) }
        + [("rows", .int(epoch.rows)), ("epoch_seconds", .double(epoch.seconds))]
        + (state.noise?.fields ?? []) + times.take(trainer))
    report(.epoch(epoch))
    let stop = try callbacks(epoch, report)
    let best = try keeper.bestValue(epoch, before: state.best)
    state.best = best ?? state.best
    times.save { keeper.epochEnded(frozen(), isBest: best != nil, trainer, log, report) }
    log.failures.forEach { report(.warning($0)) }
    return stop ?? (options.stop.isRaised ? .interrupted : nil)
  }

  /// What validation says; nil when the run is asked to stop, for all of it is done again then.
  private func validate() throws(TrainingError) -> [(name: String, value: Double)]? {
    guard let validation = assembly.validation else { return [] }
    var scores = Scores(trainer.objective)
    evaluator.resetStates()
    let batches = validation.prefetch(epochs: 1)
    while let loan = try next(batches) {
      if options.stop.isRaised { return nil }
      evaluator.evaluate(loan.batch, into: &scores)
    }
    return scores.named
  }

  private func callbacks(
    _ epoch: EpochFacts, _ report: (RunEvent) -> Void
  ) throws(TrainingError) -> RunResult.Reason? {
    var directives = try state.earlyStopping?.epochEnded(epoch) ?? []
    directives += try state.reduceOnPlateau?.epochEnded(epoch) ?? []
    var reason: RunResult.Reason?
    for directive in directives {
      switch directive {
      case .stop(let why):
        state.stopped = why
        reason = .stoppedEarly(why)
      case .keepBest: keeper.keepBest(trainer)
      case .note(let text): report(.note(text))
      case .scaleLearningRate(let factor):
        trainer.learningRateFactor *= factor
      }
    }
    return reason
  }

  /// The state as a checkpoint has it.
  private func frozen() -> RunState {
    var state = state
    state.learningRateFactor = trainer.learningRateFactor
    state.scores = scores.sums.map(\.bitPattern)
    return state
  }

  // MARK: The end

  private func finish(
    _ reason: RunResult.Reason, _ report: (RunEvent) -> Void
  ) throws(TrainingError) -> RunResult {
    try keeper.saveNow(frozen(), trainer, log, report)
    if reason.isOver { trainer.finishWeights() }
    if reason.isOver, state.earlyStopping?.keptBest == true { keeper.restoreBest(trainer) }
    let model = directory.file("model.h5")
    var path = model
    if reason == .interrupted {
      path = keeper.newestPath ?? model
    } else {
      try keeper.write(frozen(), trainer, to: model)
    }
    let mean = Arena(count: trainer.network.parameterCount)
    trainer.meanWeights(into: mean)
    let result = RunResult(
      reason: reason, step: state.step, path: path,
      fingerprint: fingerprint(of: mean, trainer.network),
      baselines: reason == .interrupted ? [] : assembly.baselines(log))
    log.write(
      "finished",
      [
        ("reason", .string("\(reason)")), ("step", .int(state.step)),
        ("fingerprint", .string(result.fingerprint)),
      ] + times.take(trainer))
    report(.finished(result))
    return result
  }

  // MARK: Facts

  private var plan: RunPlan {
    RunPlan(
      directory: directory.path, rows: assembly.training.order.rows.count,
      validationRows: assembly.validation?.order.rows.count ?? 0,
      batchSize: recipe.training.batchSize, updateRows: recipe.updateRows,
      shards: trainer.settings.plan.shards,
      stepsPerEpoch: assembly.stepsPerEpoch, epochs: recipe.training.epochs,
      workers: workers, parameters: trainer.network.parameterCount,
      bytes: trainer.bytes + assembly.training.memory + keeper.bytes,
      baselines: assembly.baselines, resumed: resumed)
  }

  private func facts(_ rate: Double, waited: Double) -> StepFacts {
    let accumulate = recipe.training.accumulateSteps
    return StepFacts(
      step: state.step, epoch: state.epoch + 1,
      stepInEpoch: (state.batch + accumulate - 1) / accumulate,
      stepsPerEpoch: assembly.stepsPerEpoch,
      scores: scores, gradientNorm: trainer.gradientNorm, learningRate: rate, rows: clock.rows,
      seconds: clock.seconds, waited: waited - clock.waitedBefore)
  }
}
