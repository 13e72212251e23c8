import ArgumentParser
import Foundation
import Training

/// `lockstep train`: trains what a recipe says, or goes on with a run.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train what a recipe says, or go on with a run.",
    usage: """
      lockstep train RECIPE [--run DIR] [--workers N] [--steps N] [--epochs N]
                     [--seed N] [--set KEY=VALUE ...] [--report]
                     [--quiet | --json]
      lockstep train [RECIPE] --resume RUN [...]
      """,
    discussion: """
      A run gets a directory of its own, runs/<recipe>-<n> unless --run names one, with \
      recipe.yaml, history.csv, log.jsonl, checkpoints/ and model.h5. Ctrl-C finishes the step, \
      writes a checkpoint and says how to go on; a second one leaves at once.

      Any key of the recipe can be set:
        lockstep train lstm.yaml --set data.train=big.h5 --set training.batch_size=64
        lockstep train lstm.yaml --set 'training.optimizer={SGD: {momentum: 0.9}}'
      """)

  @Argument(help: "The recipe; may be left out with --resume.", completion: .file())
  var recipe: String?
  @Option(
    name: .customLong("run"), help: ArgumentHelp("The run's directory.", valueName: "dir"),
    completion: .directory)
  var directory: String?
  @Option(
    help: ArgumentHelp(
      "Go on with the run in this directory, from its newest intact checkpoint.",
      valueName: "dir"), completion: .directory)
  var resume: String?
  @Option(
    help: ArgumentHelp(
      "How many threads work; decides the speed, never the numbers. By default as many "
        + "as a trial of a second finds the fastest.", valueName: "n"))
  var workers: Int?
  @Option(help: ArgumentHelp("Stop when so many steps are done in all.", valueName: "n"))
  var steps: Int?
  @Option(help: ArgumentHelp("Epochs in all; training.epochs of the recipe.", valueName: "n"))
  var epochs: Int?
  @Option(
    help: ArgumentHelp(
      "Of weights, order and dropout; training.seed of the recipe.", valueName: "n"))
  var seed: UInt64?
  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Set a key of the recipe to a value in YAML.", valueName: "key=value"))
  var settings: [String] = []
  @Flag(help: "Resume although recipe or data have changed.") var allowChanged = false
  @Flag(help: "Write RUN/report.html at the end, as 'lockstep report' does.") var report = false
  @Flag(help: "Print the end of the run only.") var quiet = false
  @Flag(help: "Print a JSON object for each event.") var json = false

  func validate() throws {
    guard recipe != nil || resume != nil else {
      throw ValidationError("Name a recipe, or a run to go on with: --resume RUN.")
    }
    guard directory == nil || resume == nil else {
      throw ValidationError("--resume names the run's directory already; leave --run out.")
    }
    for (name, value) in [("workers", workers), ("steps", steps), ("epochs", epochs)] {
      guard let value, value < 1 else { continue }
      throw ValidationError("--\(name) must be positive, not \(value).")
    }
    guard !quiet || !json else { throw ValidationError("Choose --quiet or --json.") }
  }

  func run() throws {
    let start = ContinuousClock().now
    // What is missing shall be known before a long run, not after it.
    if report { _ = try Gnuplot() }
    let recipe = try readRecipe()
    let watch = SignalWatch()
    var options = Run.Options()
    options.steps = steps
    options.workers = workers.map { Workers($0) }
    options.resumes = resume != nil
    options.allowsChanges = allowChanged
    options.stop = watch.stop
    let path = resume ?? directory ?? RunName.next(for: recipe.name)
    let run = try Run(recipe, directory: path, options: options, start: start)
    let reporter = reporter
    let result = try run.train(reporter.report)
    if report { try writeReport(path) }
    guard result.reason == .interrupted else { return }
    Output.standardError("lockstep: go on with: lockstep train --resume \(path)")
    throw Stopped(status: watch.status ?? .interrupted)
  }

  private func writeReport(_ run: String) throws {
    let page = try ReportCommand.write(run)
    if !json { Output.line("report     \(page)") }
  }

  private var reporter: any Reporter {
    if json { return JSONReporter() }
    return quiet ? QuietReporter() : ConsoleReporter()
  }

  private func readRecipe() throws -> Recipe {
    var overrides = try settings.map { text throws in try RecipeOverride(text) }
    if let epochs { overrides.append(RecipeOverride(path: "training.epochs", value: "\(epochs)")) }
    if let seed { overrides.append(RecipeOverride(path: "training.seed", value: "\(seed)")) }
    if let recipe { return try Recipe.read(path: recipe, overrides: overrides) }
    let run = resume ?? "."
    guard FileManager.default.fileExists(atPath: run) else {
      throw CommandError("there is no run '\(run)' to go on with", .missing)
    }
    return try Recipe.read(path: "\(run)/recipe.yaml", overrides: overrides)
  }
}

/// The names of runs that were given none.
enum RunName {
  /// `runs/<name>-<n>`, with the first number above all that are taken.
  static func next(for name: String, in folder: String = "runs") -> String {
    let taken = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let numbers = taken.compactMap { entry in
      entry.hasPrefix("\(name)-") ? Int(entry.dropFirst(name.count + 1)) : nil
    }
    return "\(folder)/\(name)-\((numbers.max() ?? 0) + 1)"
  }
}
