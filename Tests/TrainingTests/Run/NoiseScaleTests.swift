import Foundation
import KerasFormat
import Testing

@testable import Training

/// The noise scale of a run: its mean over updates, in the log, and over a stop.
@Suite struct NoiseScaleTests {
  private func events(_ probe: RunProbe, _ name: String, _ event: String) throws -> [JSON] {
    let text = try String(contentsOfFile: probe.path(name) + "/log.jsonl", encoding: .utf8)
    return try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
      .filter { $0["event"]?.string == event }
  }

  private static let fields = ["noise_scale", "gradient_variance", "gradient_signal"]

  @Test func partsAreAveragedBeforeTheyAreDivided() throws {
    var scale = NoiseScale()
    #expect(scale.rows == nil && scale.fields.isEmpty)
    scale.add(nil)
    scale.add(GradientNoise(variance: .infinity, signal: .nan))
    #expect(scale.fields.isEmpty)
    scale.add(GradientNoise(variance: 60, signal: -1))
    #expect(scale.rows == nil && scale.fields.map(\.0) == ["gradient_variance", "gradient_signal"])
    var (variance, signal, weight) = (0.6, -0.01, 0.01)
    for index in 0..<400 {
      let noise = GradientNoise(variance: Double(index), signal: 2)
      scale.add(noise)
      variance = 0.99 * variance + 0.01 * noise.variance
      signal = 0.99 * signal + 0.02
      weight = 0.99 * weight + 0.01
    }
    #expect(abs((scale.rows ?? 0) - variance / signal) < 1e-9)
    let values = Dictionary(uniqueKeysWithValues: scale.fields)
    #expect(abs((values["gradient_variance"]?.double ?? 0) - variance / weight) < 1e-9)
    #expect(abs((values["gradient_signal"]?.double ?? 0) - signal / weight) < 1e-9)
    let back = try JSONDecoder().decode(NoiseScale.self, from: JSONEncoder().encode(scale))
    #expect(back == scale)
  }

  /// The log tells it, and tells the same where the run was stopped in between.
  @Test func theLogTellsIt() throws {
    let probe = try RunProbe("shards: 4\nlog_every_steps: 1")
    try probe.run("whole")
    let steps = try events(probe, "whole", "step")
    #expect(steps.count == 21 && steps.allSatisfy { $0["gradient_variance"]?.double ?? 0 > 0 })
    let epochs = try events(probe, "whole", "epoch")
    try probe.run("parts", steps: 10, workers: 3)
    try probe.run("parts", workers: 2, resumes: true)
    for field in Self.fields {
      #expect(epochs.last?[field] == steps.last?[field], "\(field)")
      #expect(try events(probe, "parts", "epoch").last?[field] == epochs.last?[field], "\(field)")
    }
    #expect(try events(probe, "whole", "started").first?["update_rows"] == 8)
  }

  @Test func accumulatedRowsAreThoseOfAnUpdate() throws {
    let probe = try RunProbe("shards: 1\naccumulate_steps: 3")
    try probe.run("run")
    #expect(try events(probe, "run", "started").first?["update_rows"] == 24)
    #expect(try events(probe, "run", "epoch").last?["gradient_variance"]?.double ?? 0 > 0)
  }

  @Test(arguments: ["shards: 4\nnoise_scale: false", "shards: 1"])
  func whereItIsNotMeasuredNothingIsSaid(_ training: String) throws {
    let probe = try RunProbe(training)
    try probe.run("run")
    for event in try events(probe, "run", "step") + events(probe, "run", "epoch") {
      #expect(Self.fields.allSatisfy { event[$0] == nil })
    }
  }

  /// Whether it is measured may change when a run goes on: no number depends on it.
  @Test func measuringChangesNoRun() throws {
    var probe = try RunProbe("shards: 4")
    let whole = try probe.run("whole")
    try probe.run("parts", steps: 10)
    try probe.recipe.set("training.noise_scale", "false")
    #expect(try probe.run("parts", resumes: true).fingerprint == whole.fingerprint)
  }
}
