import Networks
import Tensors
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  /// Streams that begin anew inside a batch, and gradients that go back more or fewer steps than lie
  /// between updates.
  @Suite struct StreamTests {
    struct Variant: CustomTestStringConvertible, Sendable {
      let testDescription: String
      let layer: any Layer

      init(_ name: String, _ layer: any Layer) { (testDescription, self.layer) = (name, layer) }
    }

    static func variants(_ change: (inout RecurrentOptions) -> Void = { _ in }) -> [Variant] {
      [
        Variant("LSTM", LSTM(4, returnSequences: true, configure: change)),
        Variant(
          "LSTM, not fused", LSTM(4, activation: .gelu, returnSequences: true, configure: change)),
        Variant("GRU", GRU(4, returnSequences: true, configure: change)),
        Variant(
          "GRU, reset before", GRU(4, returnSequences: true, resetAfter: false, configure: change)),
        Variant("SimpleRNN", SimpleRNN(4, returnSequences: true, configure: change)),
      ]
    }
    static let plain =
      variants() + [
        Variant("Bidirectional", Bidirectional(LSTM(3, returnSequences: true))),
        Variant(
          "RNN of two cells",
          RNN(StackedRNNCells([LSTMCell(LSTM(3)), GRUCell(GRU(4))])) { $0.returnSequences = true }),
      ]
    static let stateful = variants { $0.stateful = true }

    @Test(arguments: plain) func aResetEqualsTrainingTheStreamsAlone(_ variant: Variant) throws {
      let probe = StreamProbe(recurrent: variant.layer)
      var rows = StreamProbe.Rows(3, 7)
      rows.flags = [[0, 0, 0, 1, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0], [0, 1, 0, 1, 0, 0, 1]]
      let whole = try probe.sums(rows)
      var alone = try probe.sums(rows.part(0..<1, 0..<3)) + probe.sums(rows.part(0..<1, 3..<7))
      alone = try alone + probe.sums(rows.part(1..<2, 0..<7))
      for steps in [0..<1, 1..<3, 3..<6, 6..<7] {
        alone = try alone + probe.sums(rows.part(2..<3, steps))
      }
      #expect(largestDifference(whole, alone) < 1e-6)
      rows.flags = rows.flags.map { $0.map { _ in 0 } }
      #expect(largestDifference(try probe.sums(rows), alone) > 1e-5, "resets change something")
    }

    /// States that come from the batch before are forgotten where a stream begins anew.
    @Test(arguments: stateful) func aResetForgetsWhatWasCarried(_ variant: Variant) throws {
      let probe = StreamProbe(recurrent: variant.layer)
      var rows = StreamProbe.Rows(2, 4)
      rows.flags = [[1, 0, 0, 0], [0, 0, 0, 0]]
      let (trainer, batch) = try probe.trainer(rows)
      trainer.states.arena.base.update(repeating: 0.7, count: trainer.states.arena.count)
      let carried = try StreamProbe.sums(trainer, batch, counting: 8)
      func one(_ row: Int, state: Float) throws -> [Double] {
        let (trainer, batch) = try probe.trainer(rows.part(row..<row + 1, 0..<4))
        trainer.states.arena.base.update(repeating: state, count: trainer.states.arena.count)
        return try StreamProbe.sums(trainer, batch, counting: 4)
      }
      let alone = try one(0, state: 0) + one(1, state: 0.7)
      #expect(largestDifference(carried, alone) < 1e-6)
    }

    @Test(arguments: plain) func gradientsAcrossResetsAreSlopes(_ variant: Variant) throws {
      let probe = StreamProbe(recurrent: variant.layer)
      var rows = StreamProbe.Rows(3, 6)
      rows.flags = [[0, 0, 1, 0, 0, 0], [1, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 0]]
      let (trainer, batch) = try probe.trainer(rows)
      try expectSlopes(trainer, batch)
    }

    /// Along random directions the loss changes as the gradient says.
    private func expectSlopes(_ trainer: Trainer, _ batch: Batch) throws {
      let gradient = try trainer.gradient(of: batch).values
      let weights = trainer.weights.values
      var random = SeededRandom(seed: 8)
      for _ in 0..<3 {
        let direction = random.floats(weights.count)
        func loss(_ distance: Float) throws -> Double {
          for index in weights.indices {
            trainer.weights.base[index] = weights[index] + distance * direction[index]
          }
          trainer.spreadWeights()
          _ = try trainer.gradient(of: batch)
          return trainer.scores.values[0]
        }
        let slope = try (loss(0.001) - loss(-0.001)) / 0.002
        let expected = zip(gradient, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(slope - expected) < 2e-3 * max(1, abs(expected)))
      }
    }

    /// Cut every k2 steps, a window gives what its parts give one after the other.
    @Test(arguments: stateful) func shortGradientsAreThoseOfShortWindows(
      _ variant: Variant
    ) throws {
      var probe = StreamProbe(recurrent: variant.layer)
      let rows = StreamProbe.Rows(2, 6)
      probe.window.gradientSteps = 2
      let whole = try probe.sums(rows)
      probe.window.gradientSteps = nil
      #expect(largestDifference(whole, try probe.sums(rows)) > 1e-5, "cutting changes something")
      let first = try probe.trainer(rows.part(0..<2, 0..<2))
      var parts = try StreamProbe.sums(first.0, first.1, counting: 4)
      for begin in [2, 4] {
        let next = try probe.trainer(rows.part(0..<2, begin..<begin + 2))
        try first.0.train(begin == 2 ? first.1 : probe.trainer(rows.part(0..<2, 2..<4)).1)
        next.0.states.arena.copy(from: first.0.states.arena)
        parts = try parts + StreamProbe.sums(next.0, next.1, counting: 4)
      }
      #expect(largestDifference(whole, parts) < 1e-6)
    }

    @Test(arguments: stateful) func truncationAtTheWholeLengthIsFullBackpropagation(
      _ variant: Variant
    ) throws {
      var probe = StreamProbe(recurrent: variant.layer)
      let rows = StreamProbe.Rows(2, 6)
      let full = try probe.sums(rows)
      probe.window.gradientSteps = 6
      #expect(try probe.sums(rows) == full)
    }

    /// Windows with context begin where the batch before says, and their gradients are those of the
    /// new steps alone, as far back as the window goes.
    @Test(arguments: stateful) func longGradientsReachIntoTheWindowBefore(
      _ variant: Variant
    ) throws {
      var probe = StreamProbe(recurrent: variant.layer)
      let text = StreamProbe.Rows(2, 9)
      let whole = try probe.trainer(text)
      try whole.0.train(whole.1)
      let total = whole.0.scores.values[0] * 9
      probe.window.carriedSteps = 3
      probe.window.leavesOutUnweighted = true
      var rows = text.part(0..<2, 0..<6)
      rows.weights = Array(repeating: [0, 0, 0, 1, 1, 1], count: 2)
      // The first window has nothing before it, the second all of the first, and so on.
      var first = rows
      first.ids = text.ids.map { [0, 0, 0] + $0[0..<3] }
      first.targets = text.targets.map { [0, 0, 0] + $0[0..<3] }
      first.flags = Array(repeating: [0, 0, 0, 1, 0, 0], count: 2)
      rows.flags = Array(repeating: [1, 0, 0, 0, 0, 0], count: 2)
      let (trainer, batch) = try probe.trainer(first)
      try trainer.train(batch)
      var losses = trainer.scores.values[0] * 3
      let second = try probe.trainer(rows)
      second.0.states.arena.copy(from: trainer.states.arena)
      let gradient = try StreamProbe.sums(second.0, second.1, counting: 6)
      try second.0.train(second.1)
      losses += second.0.scores.values[0] * 3
      var third = rows
      third.ids = text.ids.map { Array($0[3..<9]) }
      third.targets = text.targets.map { Array($0[3..<9]) }
      third.flags = Array(repeating: [0, 0, 0, 0, 0, 0], count: 2)
      let last = try probe.trainer(third)
      last.0.states.arena.copy(from: second.0.states.arena)
      try last.0.train(last.1)
      losses += last.0.scores.values[0] * 3
      #expect(abs(losses - total) < 1e-5, "the state before each new step is the right one")
      // All six steps less the first three, whose losses reach back no further either.
      var plain = StreamProbe(recurrent: variant.layer)
      let six = try plain.sums(text.part(0..<2, 0..<6))
      let three = try plain.sums(text.part(0..<2, 0..<3))
      plain.window = probe.window
      #expect(largestDifference(gradient + three, six) < 1e-6)
      try expectSlopes(last.0, last.1)
    }
  }
}
