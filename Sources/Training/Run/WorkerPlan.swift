import Networks

/// Decides how many workers a run has: as many as were asked for, or what a probe finds.
struct WorkerPlan {
  let assembly: Assembly
  let keeper: CheckpointKeeper
  let options: Run.Options
  let state: RunState

  /// Runs of fewer updates end before a probe has paid off.
  static let worthwhile = 500

  /// The choice; the trainer has got it, and every number of it is as before.
  func choose() -> WorkerChoice {
    let choice = choice()
    assembly.trainer.workers = Workers(choice.count)
    return choice
  }

  private func choice() -> WorkerChoice {
    if let workers = options.workers { return WorkerChoice(workers.count, "as asked for") }
    let (trainer, cores) = (assembly.trainer, Workers.cores)
    if cores == 1 { return WorkerChoice(1, "there is one core to use") }
    if !trainer.sharesWork {
      return WorkerChoice(1, "a batch is one shard, so there is nothing to share")
    }
    let cache = WorkerCache(
      trainer, assembly.training.dataset.shape, in: options.cacheFolder, cores: cores)
    if let times = cache?.read() {
      return WorkerChoice(fastestOf: times, "as an earlier run has tried")
    }
    guard remainingSteps >= Self.worthwhile else {
      return WorkerChoice(cores, "all cores, for the run is too short to try fewer")
    }
    // What goes wrong in a trial goes wrong in the run, which says so.
    guard let trial = try? trial(cores), !trial.times.isEmpty else {
      return WorkerChoice(cores, "all cores, for steps are too long to try fewer")
    }
    let choice = WorkerChoice(fastestOf: trial.times, "tried before the first")
    if trial.isSteady { cache?.write(choice) }
    return choice
  }

  private var remainingSteps: Int {
    let all = assembly.stepsPerEpoch * assembly.recipe.training.epochs
    return min(all, options.steps ?? .max) - state.step
  }

  private func trial(_ cores: Int) throws -> WorkerProbe.Trial {
    let batches = assembly.training.prefetch(
      from: DataPosition(epoch: state.epoch), epochs: assembly.recipe.training.epochs)
    guard let loan = try batches.next() else { return WorkerProbe.Trial() }
    var trial = WorkerProbe.Trial()
    let trainer = assembly.trainer
    try keeper.withoutTrace(trainer) {
      trainer.learningRateFactor = 0
      let candidates = WorkerProbe.candidates(cores: cores)
      trial = try options.probe.trial(trainer, loan.batch, candidates)
    }
    return trial
  }
}

extension Trainer {
  /// Whether several workers ever have something to do at the same time.
  var sharesWork: Bool { settings.plan.shards > 1 || sharesPasses }
}
