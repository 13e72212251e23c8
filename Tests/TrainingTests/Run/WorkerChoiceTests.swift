import Foundation
import KerasFormat
import TestSupport
import Testing

@testable import Training

/// How many workers a run chooses by itself, and that it changes nothing but the speed.
@Suite struct WorkerChoiceTests {
  /// Long enough for a trial: 200 epochs of seven batches.
  private func probe(
    _ training: String = "shards: 4", layers: String = RunProbe.layers
  ) throws -> RunProbe {
    var probe = try RunProbe(training, layers: layers)
    try probe.recipe.set("training.epochs", "200")
    return probe
  }

  private struct Chosen {
    let choice: WorkerChoice
    let result: RunResult
    let log: [JSON]
  }

  /// A run that may choose, stopped after some updates.
  private func run(
    _ probe: RunProbe, _ name: String, cache: String?, workers: Int? = nil, epochs: Int? = nil,
    steps: Int = 5, resumes: Bool = false, spread: Double = .infinity
  ) throws -> Chosen {
    var recipe = probe.recipe
    if let epochs { try recipe.set("training.epochs", "\(epochs)") }
    var options = Run.Options()
    options.workers = workers.map { Workers($0) }
    (options.cacheFolder, options.resumes) = (cache, resumes)
    // No clock decides what a test sees.
    options.probe = WorkerProbe(budget: .infinity, rounds: 2, slice: 0, spread: spread)
    let run = try Run(recipe, directory: probe.path(name), options: options)
    // Stopped by hand, for a limit of steps makes a run too short to try.
    var choice: WorkerChoice?
    let result = try run.train { event in
      if case .started(let plan) = event { choice = plan.workers }
      if case .step(let facts) = event, facts.step == steps { options.stop.raise() }
    }
    let text = try String(contentsOfFile: probe.path(name) + "/log.jsonl", encoding: .utf8)
    let log = try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
    return Chosen(choice: try #require(choice), result: result, log: log)
  }

  private func files(_ cache: String) -> [String] {
    let folder = "\(cache)/lockstep/workers"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.map { "\(folder)/\($0)" }
  }

  // MARK: A trial leaves no trace

  static let variants = [
    "shards: 4", "shards: 4\naveraging: {weights: {replicas: 2, every_steps: 3}}",
    "shards: 2\naccumulate_steps: 3",
    "shards: 8\noptimizer: {Nadam: {use_ema: true, ema_overwrite_frequency: 2}}",
  ]

  /// Dropout, moments, averages, replicas: all is as if nothing had been tried, at the start and where
  /// a run goes on.
  @Test(.enabled(if: Workers.cores > 1), arguments: variants)
  func aTrialChangesNoNumber(_ training: String) throws {
    let probe = try probe(training)
    let cache = probe.scratch.file("cache")
    let plain = try run(probe, "plain", cache: nil, workers: 1, steps: 10)
    let tried = try run(probe, "tried", cache: nil)
    #expect(tried.choice.reason.hasSuffix("a step, tried before the first"))
    let more = try run(probe, "tried", cache: cache, steps: 10, resumes: true)
    #expect(more.choice.times.map(\.workers) == WorkerProbe.candidates(cores: Workers.cores))
    #expect(more.result.fingerprint == plain.result.fingerprint)
    #expect(try probe.checkpoints("tried").last == probe.checkpoints("plain").last)
  }

  @Test(.enabled(if: Workers.cores > 1)) func statesAndStatisticsAreLeftAlone() throws {
    let layers = """
      - LSTM: {units: 3, stateful: true, return_sequences: true}
      - BatchNormalization: {}
      - LSTM: {units: 300}
      - Dense: {units: 2}
      """
    var probe = try RunProbe(data: "shuffle: false", layers: layers, rows: 48)
    try probe.recipe.set("training.epochs", "200")
    let plain = try run(probe, "plain", cache: nil, workers: 1)
    let tried = try run(probe, "tried", cache: nil)
    #expect(tried.choice.times.count > 1)
    #expect(tried.result.fingerprint == plain.result.fingerprint)
  }

  // MARK: What is said

  @Test(.enabled(if: Workers.cores > 1)) func theLogSaysWhichAndWhy() throws {
    let tried = try run(probe(), "run", cache: nil)
    let start = try #require(tried.log.first { $0["event"] == "started" })
    #expect(start["workers"]?.int == tried.choice.count)
    #expect(start["workers_why"]?.string == tried.choice.reason)
    let seconds = try #require(start["worker_seconds"]?.object)
    #expect(seconds.keys.compactMap { Int($0) } == tried.choice.times.map(\.workers))
    #expect(seconds.pairs.allSatisfy { ($0.value.double ?? 0) > 0 })
  }

  @Test func numbersThatAreNotTriedHaveAReason() throws {
    let probe = try probe()
    let asked = try run(probe, "asked", cache: nil, workers: 3)
    #expect(asked.choice.count == 3 && asked.choice.reason == "as asked for")
    let short = try run(probe, "short", cache: nil, epochs: 2)
    #expect(short.choice.count == Workers.cores && short.choice.times.isEmpty)
    let single = try run(try self.probe("shards: 1"), "single", cache: nil)
    #expect(single.choice.count == 1)
  }

  @Test func theFewestOfTheFastestAreTaken() {
    func count(_ seconds: [Double]) -> Int {
      let times = zip([8, 4, 2, 1], seconds).map { (workers: $0, seconds: $1) }
      return WorkerChoice(fastestOf: times, "").count
    }
    #expect(count([1, 2, 4, 8]) == 8)
    #expect(count([1, 1.02, 1.04, 2]) == 4)
    #expect(count([1.02, 1, 1.02, 1.03]) == 1)
    #expect(count([5, 4, 3, 2]) == 1)
    let times = [(workers: 2, seconds: 0.0007), (workers: 1, seconds: 0.0012345)]
    #expect(
      WorkerChoice(fastestOf: times, "now").reason
        == "1 takes 1.23 ms, 2 take 0.7 ms a step, now")
  }

  @Test func powersOfTwoAndAllCoresAreTried() {
    #expect(WorkerProbe.candidates(cores: 1) == [1])
    #expect(WorkerProbe.candidates(cores: 2) == [2, 1])
    #expect(WorkerProbe.candidates(cores: 6) == [6, 4, 2, 1])
    #expect(WorkerProbe.candidates(cores: 8) == [8, 4, 2, 1])
  }

  /// Without time for a comparison there is none.
  @Test func longStepsAreNotTried() throws {
    let run = EngineRun()
    let batch = run.samples.batches(of: run.batchSize)[0]
    let none = try WorkerProbe(budget: 0).trial(run.trainer(workers: 2), batch, [2, 1])
    #expect(none.times.isEmpty && !none.isSteady)
    let trainer = try run.trainer(workers: 2)
    let some = try WorkerProbe(budget: .infinity, rounds: 2, slice: 0).trial(
      trainer, batch, [2, 1])
    #expect(some.times.map(\.workers) == [2, 1] && trainer.workers.count == 2)
    #expect(trainer.step == 5)
  }

  // MARK: The cache

  @Test(.enabled(if: Workers.cores > 1)) func whatWasTriedIsRemembered() throws {
    let probe = try probe()
    let cache = probe.scratch.file("cache")
    let first = try run(probe, "first", cache: cache)
    #expect(files(cache).count == 1)
    let second = try run(probe, "second", cache: cache, epochs: 2)
    #expect(second.choice.reason.hasSuffix("as an earlier run has tried"))
    #expect(second.choice.count == first.choice.count)
    #expect(second.choice.times.map(\.seconds) == first.choice.times.map(\.seconds))
    // Another model, another file.
    _ = try run(try self.probe("shards: 2"), "third", cache: cache)
    #expect(files(cache).count == 2)
  }

  /// What a busy machine says does not last.
  @Test(.enabled(if: Workers.cores > 1)) func unsteadyResultsAreNotKept() throws {
    let probe = try probe()
    let cache = probe.scratch.file("cache")
    let tried = try run(probe, "run", cache: cache, spread: 0)
    #expect(tried.choice.times.count > 1 && files(cache).isEmpty)
  }

  @Test(
    .enabled(if: Workers.cores > 1),
    arguments: [
      "", "{", "[]", #"{"worker_seconds": {"1": 1}}"#, #"{"worker_seconds": {"0": 1, "1": 2}}"#,
      #"{"worker_seconds": {"1": -1, "2": 2}}"#, #"{"worker_seconds": {"1": "x", "2": 2}}"#,
      #"{"worker_seconds": {"1": 1, "1000000": 2}}"#, "\u{0}\u{FFFD}",
    ])
  func whatIsNotAResultIsTriedAgain(_ text: String) throws {
    let probe = try probe()
    let cache = probe.scratch.file("cache")
    _ = try run(probe, "first", cache: cache)
    let file = try #require(files(cache).first)
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    let second = try run(probe, "second", cache: cache)
    #expect(second.choice.reason.hasSuffix("tried before the first"))
    let third = try run(probe, "third", cache: cache)
    #expect(third.choice.reason.hasSuffix("as an earlier run has tried"), "it was mended")
  }

  /// A folder that cannot be made, and one where a file should be: the run goes on all the same.
  @Test(.enabled(if: Workers.cores > 1), arguments: [true, false])
  func aCacheThatCannotBeWrittenIsNotMissed(_ isFile: Bool) throws {
    let probe = try probe()
    let cache = probe.scratch.file("cache")
    if isFile {
      try "no folder".write(toFile: cache, atomically: true, encoding: .utf8)
    } else {
      _ = try run(probe, "first", cache: cache)
      let file = try #require(files(cache).first)
      try FileManager.default.removeItem(atPath: file)
      try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)
    }
    let chosen = try run(probe, "run", cache: cache)
    #expect(chosen.choice.times.count > 1 && chosen.result.step == 5)
  }

  // MARK: Cores

  @Test(
    arguments: [
      ("0::/a/b\n", ["a/cpu.max": "150000 100000\n"], 1.5),
      ("0::/a/b\n", ["a/cpu.max": "max 100000\n", "a/b/cpu.max": "400000 100000\n"], 4),
      ("0::/a\n", ["cpu.max": "200000 100000\n", "a/cpu.max": "800000 100000\n"], 2),
      ("0::/\n", ["cpu.max": "max 100000\n"], nil), ("0::/a\n", [:], nil), ("", [:], nil),
      ("0::/a\n", ["a/cpu.max": "nonsense\n"], nil), ("0::/a\n", ["a/cpu.max": "5\n"], nil),
      (
        "4:cpu,cpuacct:/x\n1:name=systemd:/x\n",
        [
          "cpu,cpuacct/x/cpu.cfs_quota_us": "50000\n",
          "cpu,cpuacct/x/cpu.cfs_period_us": "100000\n",
        ],
        0.5
      ),
      (
        "4:cpu:/x\n",
        ["cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"], nil
      ),
    ] as [(String, [String: String], Double?)])
  func controlGroupsLimitCores(
    _ groups: String, _ files: [String: String], _ cores: Double?
  ) throws {
    let scratch = try ScratchDirectory()
    for (name, text) in files {
      let path = scratch.file(name)
      try FileManager.default.createDirectory(
        atPath: parentDirectory(of: path), withIntermediateDirectories: true)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(CoreQuota(root: scratch.file("."), groups: groups).cores == cores)
  }

  @Test func thereIsACoreToUse() { #expect(Workers.cores >= 1) }
}
