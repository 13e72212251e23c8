import Foundation
import Testing

@testable import Training

extension TrainingTests {
  /// Numbers that are not finite stop a run where they appear, and never reach a file.
  @Suite struct RunDivergenceTests {
    /// Row 41 is far too large for its square; without shuffling it is in the sixth batch.
    private func probe(_ training: String) throws -> RunProbe {
      try RunProbe(training, data: "shuffle: false") { _, y in y[41 * 2] = 1e30 }
    }

    @Test(arguments: [("", 5), ("accumulate_steps: 2", 2), ("accumulate_steps: 4", 1)])
    func leavesTheLastGoodStep(_ training: String, _ good: Int) throws {
      let probe = try probe(training)
      let error = try #require(failure { try probe.run("a", workers: 2) })
      #expect(error.kind == .diverged)
      #expect(error.description.contains("step \(good + 1)"), "\(error)")
      #expect(error.description.contains("row 41 of the dataset"), "\(error)")
      #expect(try probe.checkpoints("a") == ["step-0000000\(good).h5"])
      let file = probe.path("a/checkpoints/step-0000000\(good).h5")
      #expect(try probe.weights(file).allSatisfy(\.isFinite))
      // The batches before the bad one are those of an update that was not made: they come again.
      let again = try #require(failure { try probe.run("a", resumes: true) })
      #expect(again.description == error.description)
      #expect(try probe.checkpoints("a") == ["step-0000000\(good).h5"])
    }

    /// A rate that throws the weights beyond all bounds: every file holds finite numbers.
    @Test func noFileHoldsANaN() throws {
      let probe = try RunProbe(
        """
        optimizer: {SGD: {learning_rate: 1.0e+25}}
        checkpoint: {every_steps: 1, keep_last: 100}
        """)
      let error = try #require(failure { try probe.run("a") })
      #expect(error.kind == .diverged)
      for name in try probe.checkpoints("a") {
        #expect(try probe.weights(probe.path("a/checkpoints/\(name)")).allSatisfy(\.isFinite))
      }
    }

    /// Data that gives out in the middle: what was learnt before is kept.
    @Test func badRowInTheMiddle() throws {
      let data = """
        shuffle: false
        memory: 500 B
        prefetch: 1
        """
      let probe = try RunProbe(data: data) { x, _ in x[45 * 10] = .infinity }
      let error = try #require(failure { try probe.run("a") })
      #expect(error.kind == .data && error.description.contains("45"), "\(error)")
      #expect(try probe.checkpoints("a") == ["step-00000005.h5"])
    }
  }
}
