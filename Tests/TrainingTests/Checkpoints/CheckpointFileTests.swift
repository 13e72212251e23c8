import Foundation
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  /// Checkpoints on disk: which are kept, and how a damaged one is noticed.
  @Suite struct CheckpointFileTests {
    @Test func keepsTheNewest() throws {
      let probe = try RunProbe("checkpoint: {every_steps: 2, keep_last: 3}")
      try probe.run("a")
      #expect(
        try probe.checkpoints("a") == ["step-00000018.h5", "step-00000020.h5", "step-00000021.h5"])
    }

    @Test func keepsTheBest() throws {
      let probe = try RunProbe(
        "checkpoint: {keep_best: true, keep_last: 1, monitor: loss}",
        data: "validation_split: 0.2")
      let result = try probe.run("a")
      #expect(try probe.checkpoints("a") == ["best.h5", "step-000000\(result.step).h5"])
      let losses = try probe.history("a").dropFirst().compactMap {
        Double($0.split(separator: ",")[2])
      }
      let best = losses.indices.min { losses[$0] < losses[$1] }
      let state = try #require(try Checkpoint.state(probe.path("a/checkpoints/best.h5")))
      #expect(state.epoch == best.map { $0 + 1 })
      #expect(state.best == losses.min())
    }

    /// The last step of an epoch is saved once, and the end of the run does not save it again.
    @Test func savesNothingTwice() throws {
      let probe = try RunProbe("checkpoint: {every_steps: 7, every_epochs: 1}")
      var saved: [Int] = []
      try probe.run("a") { if case .saved(_, let step, _) = $0 { saved.append(step) } }
      #expect(saved == [7, 14, 21])
      try probe.run("a", resumes: true) {
        if case .saved(_, let step, _) = $0 { saved.append(step) }
      }
      #expect(saved == [7, 14, 21])
    }

    @Test func everyCutAndFlippedBitIsNoticed() throws {
      let probe = try RunProbe()
      try probe.run("a", steps: 2)
      let path = probe.path("a/checkpoints/step-00000002.h5")
      let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(Trailer.check(good) == .intact(length: good.count - Trailer.size))
      for length in 0..<Trailer.size { #expect(Trailer.check(Array(good[..<length])) == .absent) }
      var random = SeededRandom(seed: 1)
      for _ in 0..<100 {
        let length = Int.random(in: 0..<good.count, using: &random)
        #expect(Trailer.check(Array(good[..<length])) != .intact(length: length - Trailer.size))
      }
      // Every bit of the trailer, and many of the file.
      let places = Array((good.count - Trailer.size) * 8..<good.count * 8)
      let others = (0..<300).map { _ in Int.random(in: 0..<good.count * 8, using: &random) }
      for place in places + others {
        var bad = good
        bad[place / 8] ^= 1 << (place % 8)
        switch Trailer.check(bad) {
        case .intact: Issue.record("bit \(place) of \(good.count * 8)")
        case .absent, .damaged: break
        }
      }
    }

    @Test(arguments: ["cut", "flipped", "empty"]) func usesTheOneBefore(_ damage: String) throws {
      let probe = try RunProbe("checkpoint: {every_steps: 2, keep_last: 1}")
      let whole = try probe.run("whole")
      try probe.run("a", steps: 4)
      let newest = probe.path("a/checkpoints/step-00000004.h5")
      var bytes = try Data(contentsOf: URL(fileURLWithPath: newest))
      // keep_last is 1, so the one before comes from a run that ended there.
      try probe.run("b", steps: 2)
      try FileManager.default.copyItem(
        atPath: probe.path("b/checkpoints/step-00000002.h5"),
        toPath: probe.path("a/checkpoints/step-00000002.h5"))
      switch damage {
      case "cut": bytes = bytes.prefix(bytes.count / 2)
      case "flipped": bytes[bytes.count / 2] ^= 4
      default: bytes = Data()
      }
      try bytes.write(to: URL(fileURLWithPath: newest))
      var warnings: [String] = []
      var resumed: Int?
      let step3 = try probe.run("a", steps: 3, resumes: true) { event in
        if case .warning(let text) = event { warnings.append(text) }
        if case .started(let plan) = event { resumed = plan.resumed?.step }
      }
      #expect(resumed == 2 && step3.step == 3)
      #expect(
        warnings.contains { $0.contains("step-00000004.h5") && $0.contains("step-00000002.h5") })
      // The damaged file is newer by name: it must not push out the good one.
      #expect(try probe.checkpoints("a") == ["step-00000003.h5", "step-00000004.h5"])
      #expect(try probe.run("a", resumes: true).fingerprint == whole.fingerprint)
      #expect(try probe.checkpoints("a") == ["step-00000021.h5"])
    }

    /// A model with one wrong bit is not used for anything.
    @Test func damagedModelIsRefused() throws {
      var probe = try RunProbe("checkpoint: {every_steps: 1}")
      let result = try probe.run("a", steps: 3)
      let url = URL(fileURLWithPath: result.path)
      #expect(try TrainedModel(path: probe.path("a")).fingerprint == result.fingerprint)
      var bytes = try Data(contentsOf: url)
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: url)
      let error = try #require(failure { _ = try TrainedModel(path: probe.path("a")) })
      #expect(error.kind == .data && error.description.contains("is damaged"))
      try probe.recipe.set("model", result.path)
      #expect(failure { try probe.run("b") }?.description == error.description)
      try FileManager.default.removeItem(at: url)
      let newest = probe.path("a/checkpoints/step-00000003.h5")
      try bytes.write(to: URL(fileURLWithPath: newest))
      let model = try TrainedModel(path: probe.path("a"))
      #expect(model.path == probe.path("a/checkpoints/step-00000002.h5"))
    }

    @Test func noneIsIntact() throws {
      let probe = try RunProbe()
      try probe.run("a", steps: 2)
      let path = probe.path("a/checkpoints/step-00000002.h5")
      try Data("nothing".utf8).write(to: URL(fileURLWithPath: path))
      let error = try #require(failure { try probe.run("a", resumes: true) })
      #expect(error.kind == .data && error.description.contains("step-00000002.h5"))
    }

    /// Numbers that JSON has no word for go through a checkpoint.
    @Test func stateHoldsEveryNumber() throws {
      var state = RunState(
        plan: .init(batchSize: 1, shards: 1, accumulateSteps: 1, replicas: 1, averageEvery: 1),
        seed: .max, history: .init(columns: ["epoch", "step", "loss", "val_loss"]), recipe: "",
        dataset: "", machine: "")
      state.best = .infinity
      state.history.rows = [[1, 7, 0.1 + 0.2, .infinity], [2, 14, .nan, nil]]
      let read = try RunState.decoded(try state.encoded(), path: "")
      #expect(read.best == .infinity && read.seed == .max)
      #expect(read.history.rows[0] == state.history.rows[0])
      #expect(read.history.rows[1][2]?.isNaN == true && read.history.rows[1][3] == nil)
      let other = read.history.arranged(in: ["epoch", "step", "mae", "loss"])
      #expect(other.rows[0] == [1, 7, nil, 0.1 + 0.2])
    }
  }
}
