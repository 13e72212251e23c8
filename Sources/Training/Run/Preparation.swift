import Foundation
import Networks

/// Everything that is done before the first step: all is checked before anything is written, and
/// what a refused run has made is removed.
struct Preparation {
  let assembly: Assembly
  let directory: RunDirectory
  let keeper: CheckpointKeeper
  let log: RunLog
  let state: RunState
  let resumed: (path: String, step: Int)?
  /// What a person should know before it begins.
  let warnings: [String]
  /// Which optimizer a new run begins with, where that is not what the recipe alone says.
  let notes: [String]
  /// Who does the work, and why so many.
  let workers: WorkerChoice

  init(
    _ recipe: Recipe, _ path: String, _ options: Run.Options, start: ContinuousClock.Instant
  ) throws(TrainingError) {
    assembly = try Assembly(recipe, workers: options.workers ?? Workers())
    let recipe = assembly.recipe
    keeper = CheckpointKeeper(assembly, path)
    let fresh = try Self.state(recipe, assembly)
    try Self.checkMonitors(fresh, keeper)
    directory = try RunDirectory(path, needing: keeper.bytes + 64 << 10)
    do throws(TrainingError) {
      let found = try Self.found(keeper, directory, options)
      state =
        try found.map { path, state throws(TrainingError) in
          try Self.resumed(state, of: path, fresh, recipe, options)
        } ?? fresh
      if let found { try keeper.restore(found.path, assembly.trainer) }
      resumed = found.map { ($0.path, $0.state.step) }
      workers = WorkerPlan(
        assembly: assembly, keeper: keeper, options: options, state: state
      ).choose()
      try AtomicFile.write(recipe.yaml, to: directory.file("recipe.yaml"))
      let board = recipe.training.tensorboard.map { [directory, resumed] recipe in
        TensorBoardLog(directory, recipe, resumedAt: resumed?.step)
      }
      log = try RunLog(directory, state.history, start: start, board: board)
    } catch {
      directory.discard()
      throw error
    }
    notes = resumed == nil ? assembly.notes : []
    let isNew = options.resumes && resumed == nil
    warnings =
      assembly.notices + keeper.notices
      + (isNew ? ["'\(path)' holds no checkpoint yet, so the run starts at its beginning."] : [])
  }

  /// The state of a run that begins.
  private static func state(
    _ recipe: Recipe, _ assembly: Assembly
  ) throws(TrainingError) -> RunState {
    let dataset: String
    do { dataset = try assembly.training.dataset.fingerprint } catch {
      throw TrainingError(wrapping: error)
    }
    var state = RunState(
      plan: assembly.trainer.settings.coded, seed: recipe.training.seed,
      history: RunState.History(columns: columns(assembly)), recipe: recipe.yaml,
      dataset: dataset, machine: Machine.description)
    state.iterationsBefore = assembly.trainer.step
    state.earlyStopping = recipe.training.earlyStopping?.callback
    state.reduceOnPlateau = recipe.training.reduceOnPlateau?.callback
    if recipe.training.smoothedLoss {
      state.smoothedLoss = SmoothedLoss.initial(assembly.trainer.network)
    }
    if recipe.training.noiseScale { state.noise = NoiseScale() }
    return state
  }

  private static func columns(_ assembly: Assembly) -> [String] {
    let names = assembly.trainer.objective.names
    let validated = assembly.validation == nil ? [] : names.map { "val_\($0)" }
    return ["epoch", "step"] + names + validated + ["learning_rate", "seconds"]
  }

  private static func checkMonitors(
    _ state: RunState, _ keeper: CheckpointKeeper
  ) throws(TrainingError) {
    let names = Array(state.history.columns.dropFirst(2).dropLast())
    try state.earlyStopping?.monitor.check(names)
    try state.reduceOnPlateau?.monitor.check(names)
    try keeper.checkMonitor(names)
  }

  private static func found(
    _ keeper: CheckpointKeeper, _ directory: RunDirectory, _ options: Run.Options
  ) throws(TrainingError) -> (path: String, state: RunState)? {
    guard !options.resumes else { return try keeper.find() }
    guard directory.isUsed else { return nil }
    throw TrainingError(
      "The directory '\(directory.path)' holds a run already. Go on with it by --resume "
        + "\(directory.path), or name another directory with --run DIR.", kind: .output)
  }

  /// The state of a checkpoint, to go on from with this recipe; refuses what would be another run.
  private static func resumed(
    _ old: RunState, of path: String, _ fresh: RunState, _ recipe: Recipe, _ options: Run.Options
  ) throws(TrainingError) -> RunState {
    if !options.allowsChanges { try checkChanges(old, path, fresh, recipe) }
    var state = old
    (state.plan, state.seed) = (fresh.plan, fresh.seed)
    (state.recipe, state.dataset, state.machine) = (fresh.recipe, fresh.dataset, fresh.machine)
    state.history = old.history.arranged(in: fresh.history.columns)
    state.smoothedLoss = fresh.smoothedLoss.map { old.smoothedLoss ?? $0 }
    state.noise = fresh.noise.map { old.noise ?? $0 }
    if options.allowsChanges {
      state.stopped = nil
      state.earlyStopping = fresh.earlyStopping?.remembering(old.earlyStopping)
      state.reduceOnPlateau = fresh.reduceOnPlateau?.remembering(old.reduceOnPlateau)
    }
    return state
  }

  private static func checkChanges(
    _ old: RunState, _ path: String, _ fresh: RunState, _ recipe: Recipe
  ) throws(TrainingError) {
    guard old.dataset == fresh.dataset else {
      throw TrainingError(
        "The data '\(recipe.data.train)' is not what the checkpoint '\(path)' was trained on. "
          + "Go on all the same with --allow-changed.", kind: .data)
    }
    let differences = recipe.differences(from: try Recipe(yaml: old.recipe))
    guard differences.isEmpty else {
      throw TrainingError(
        "The recipe differs from that of the checkpoint '\(path)' in "
          + "\(differences.joined(separator: "; ")). Go on all the same with --allow-changed.",
        kind: .data)
    }
  }
}
