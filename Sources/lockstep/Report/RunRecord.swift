import Foundation
import KerasFormat
import Training

/// What a run has written about itself, read back: `log.jsonl` and `recipe.yaml`.
///
/// A run may still be going on, so a last line that is not whole is left for later. Where a run was
/// resumed from an earlier step, what it did again counts, and what it did before does not.
struct RunRecord {
  /// The run's directory.
  let path: String
  let name: String
  private(set) var starts: [JSON] = []
  private(set) var steps: [JSON] = []
  private(set) var epochs: [JSON] = []
  private(set) var samples: [JSON] = []
  private var baselineEvents: [JSON] = []
  /// All events that say where the time went.
  private(set) var timed: [JSON] = []
  /// The event that the run ended with; nil while it goes on.
  private(set) var end: JSON?
  /// Seconds since it was started last.
  private(set) var seconds = 0.0
  /// Seconds of what it did before it was resumed.
  private var secondsBefore = 0.0

  init(_ run: String) throws {
    let file = "\(run)/log.jsonl"
    guard let data = FileManager.default.contents(atPath: file) else {
      throw CommandError("there is no '\(file)'; expected the directory of a run", .missing)
    }
    path = run
    name = URL(fileURLWithPath: run).lastPathComponent
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      if let event = try? JSON(parsing: String(line)) { add(event) }
    }
    guard !starts.isEmpty else {
      throw CommandError("'\(file)' tells of no run; expected a line with \"started\"", .data)
    }
  }

  private mutating func add(_ event: JSON) {
    if event["event"] == "started" { secondsBefore += seconds }
    seconds = event["seconds"]?.double ?? seconds
    if event["phases"] != nil { timed.append(event) }
    switch event["event"]?.string {
    case "started":
      let first = event["step"]?.int ?? 0
      let isKept = { (event: JSON) in (event["step"]?.int ?? 0) <= first }
      (steps, epochs) = (steps.filter(isKept), epochs.filter(isKept))
      (samples, baselineEvents) = (samples.filter(isKept), [])
      starts.append(event)
      end = nil
    case "step": steps.append(event)
    case "epoch": epochs.append(event)
    case "sample": samples.append(event)
    case "baseline": baselineEvents.append(event)
    case "finished", "failed": end = event
    default: break
    }
  }

  // MARK: What was planned

  /// The event that the run began with, or went on with last.
  var start: JSON { starts[starts.count - 1] }

  /// The recipe with every default filled in, as text.
  var recipeText: String {
    (try? String(contentsOfFile: "\(path)/recipe.yaml", encoding: .utf8)) ?? ""
  }

  /// Updates of the whole run.
  var plannedSteps: Int {
    (start["epochs"]?.int ?? 0) * (start["steps_per_epoch"]?.int ?? 0)
  }

  // MARK: What was measured

  /// The last update that is written down.
  var step: Int {
    [end, steps.last, epochs.last].compactMap { $0?["step"]?.int }.max() ?? 0
  }

  /// Seconds of work in all.
  var totalSeconds: Double { secondsBefore + seconds }

  /// Names of the numbers of an epoch, validation among them.
  var metrics: [String] {
    let others = [
      "event", "seconds", "epoch", "step", "learning_rate", "rows", "epoch_seconds", "phases",
      "busy", "memory_peak", "noise_scale", "gradient_variance", "gradient_signal",
    ]
    return epochs.last?.object?.pairs.filter { !others.contains($0.key) && $0.value.double != nil }
      .map(\.key) ?? []
  }

  /// A number of each epoch, over the epochs.
  func byEpoch(_ name: String) -> [(x: Double, y: Double)] { Self.series(epochs, "epoch", name) }

  /// A number of the updates that are written down.
  func byStep(_ name: String) -> [(x: Double, y: Double)] { Self.series(steps, "step", name) }

  private static func series(
    _ events: [JSON], _ x: String, _ y: String
  ) -> [(x: Double, y: Double)] {
    events.compactMap { event in
      guard let x = event[x]?.double, let y = event[y]?.double else { return nil }
      return (x, y)
    }
  }

  /// The number of the last epoch.
  func last(_ name: String) -> Double? { epochs.last?[name]?.double }

  /// Seconds by phase over the whole run, what it did before it was resumed too.
  var phases: [(name: String, seconds: Double)] {
    let names = timed.last?["phases"]?.object?.keys ?? []
    return names.map { name in
      (name, timed.reduce(0) { $0 + ($1["phases"]?[name]?.double ?? 0) })
    }
  }

  /// How long each worker was busy; those of the largest number there was.
  var busy: [Double] {
    var sums: [Double] = []
    for event in timed {
      for (index, seconds) in (event["busy"]?.array ?? []).enumerated() {
        if index == sums.count { sums.append(0) }
        sums[index] += seconds.double ?? 0
      }
    }
    return sums
  }

  /// The most bytes of memory that the process had.
  var peakMemory: Int? { timed.compactMap { $0["memory_peak"]?.int }.max() }

  /// What simple answers score: who answers, the metric, and the score.
  var baselines: [(name: String, of: String, value: Double)] {
    ((start["baselines"]?.array ?? []) + baselineEvents).compactMap { event in
      guard let name = event["predictor"]?.string, let metric = event["metric"]?.string,
        let value = event["value"]?.double
      else { return nil }
      return (name, metric, value)
    }
  }

  /// What simple answers score by a metric: on the validation data where that was scored, and what is
  /// known of the data as such.
  func baselines(for name: String) -> [(name: String, value: Double)] {
    let scored = last("val_\(name)") == nil ? name : "val_\(name)"
    var found: [(name: String, value: Double)] = []
    for metric in [scored, name] {
      for (name, _, value) in baselines.filter({ $0.of == metric })
      where !found.contains(where: { $0.name == name }) {
        found.append((name, value))
      }
    }
    return found
  }

  /// Whether the run goes on: its process lives, or, where that is on another machine, the log has
  /// grown within the last minute.
  var goesOn: Bool {
    guard end == nil else { return false }
    if process != nil { return true }
    var status = stat()
    guard stat("\(path)/log.jsonl", &status) == 0 else { return false }
    return time(nil) - status.st_mtim.tv_sec < 60
  }

  /// The process that holds the directory, if it lives.
  var process: Int32? {
    let text = (try? String(contentsOfFile: "\(path)/.lock", encoding: .utf8)) ?? ""
    guard let number = Int32(text), number > 0, kill(number, 0) == 0 else { return nil }
    return number
  }
}
