import Foundation
import KerasFormat
import Testing

@testable import Training

/// What a run writes down about itself beside its numbers.
@Suite("Facts of a run")
struct RunFactsTests {
  private func events(_ probe: RunProbe, _ name: String) throws -> [JSON] {
    let text = try String(contentsOfFile: probe.path(name) + "/log.jsonl", encoding: .utf8)
    return try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
  }

  @Test func stepsAreWrittenDown() throws {
    let probe = try RunProbe()
    try probe.run("r")
    let log = try events(probe, "r")
    let steps = log.filter { $0["event"] == "step" }
    #expect(steps.compactMap { $0["step"]?.int } == Array(1...steps.count))
    for step in steps {
      #expect((step["loss"]?.double ?? -1) > 0)
      #expect((step["gradient_norm"]?.double ?? -1) > 0)
      #expect((step["learning_rate"]?.double ?? -1) > 0)
    }
  }

  @Test func timesAddUp() throws {
    let probe = try RunProbe()
    try probe.run("r", workers: 2)
    let log = try events(probe, "r")
    let epochs = log.filter { $0["event"] == "epoch" }
    #expect(epochs.count == 3)
    for epoch in epochs {
      let phases = try #require(epoch["phases"]?.object)
      let seconds = phases.pairs.compactMap(\.value.double)
      #expect(phases.keys == ["data", "gradients", "update", "validation", "checkpoints"])
      #expect(seconds.allSatisfy { $0 >= 0 })
      #expect((phases["gradients"]?.double ?? 0) > 0)
      // Checkpoints of the epoch before are told with this one.
      let training = seconds.reduce(0, +) - (phases["checkpoints"]?.double ?? 0)
      #expect(training <= (epoch["epoch_seconds"]?.double ?? 0) + 1e-4)
      #expect(epoch["busy"]?.array?.count == 2)
    }
    #expect((log.last?["memory_peak"]?.int ?? 0) > 1 << 20)
    let started = try #require(log.first)
    for key in ["version", "machine", "system", "data", "time", "epochs", "steps_per_epoch"] {
      #expect(started[key] != nil, "\(key)")
    }
  }

  @Test(arguments: [(0, 200), (1, 200), (10_000, 200), (1_000_003, 200)])
  func aboutTwoHundredLines(_ steps: Int, _ most: Int) {
    var recorder = StepRecorder(steps: steps)
    let count = (0..<steps).count { recorder.isDue($0 + 1, seconds: 0) }
    #expect(count <= most && count >= min(steps, most / 2))
  }

  @Test func slowRunsAreWrittenDownByTime() {
    var recorder = StepRecorder(steps: 1_000_000)
    let due = [(1, 9.0), (2, 11), (3, 20), (4, 21)].map { recorder.isDue($0, seconds: $1) }
    #expect(due == [false, true, false, true])
  }

  @Test func boardChangesNoBit() throws {
    let plain = try RunProbe()
    let shown = try RunProbe(
      "tensorboard: {histograms: true}", data: "validation_split: 0.25")
    let without = try RunProbe(data: "validation_split: 0.25")
    let fingerprint = try shown.run("r").fingerprint
    #expect(try plain.run("r").fingerprint != fingerprint)
    #expect(try without.run("r").fingerprint == fingerprint)
    #expect(!FileManager.default.fileExists(atPath: without.path("r") + "/tensorboard"))
    for part in ["train", "validation"] {
      let folder = shown.path("r") + "/tensorboard/\(part)"
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.count == 1 && names[0].hasPrefix("events.out.tfevents."))
    }
  }
}
