import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Training learns: the first job, short.
@Suite struct EngineLearningTests {
  /// Largest and smallest number of a sequence; Keras is near a mean absolute error of 0.13 here.
  @Test func largestAndSmallest() throws {
    var run = EngineRun()
    run.model = Sequential(input: Shape([60, 1]), [LSTM(20), Dense(2)])
    run.samples = Self.sequences(2000)
    run.batchSize = 100
    let trainer = try run.trainer(workers: 2)
    var losses: [[Double]] = []
    for _ in 0..<15 {
      var scores = Scores(run.objective)
      for batch in run.samples.batches(of: 100) {
        try trainer.train(batch)
        scores.add(trainer.scores)
      }
      losses.append(scores.values)
    }
    print(
      "maxmin: loss \(losses[0][0]) -> \(losses[14][0]), mae \(losses[0][1]) -> \(losses[14][1])")
    #expect(losses[0][1] > 0.3)
    #expect(losses[14][1] < 0.15)
    #expect(losses[14][0] < 0.05)
  }

  private static func sequences(_ count: Int) -> Samples {
    var samples = Samples(count, SampleShape(input: Shape([60, 1]), target: Shape([2])))
    var random = SeededRandom(seed: 5)
    for row in 0..<count {
      let factor = Float.random(in: 0.5..<1.5, using: &random)
      let shift = Float.random(in: -1..<1, using: &random)
      let range = row * 60..<(row + 1) * 60
      for place in range { samples.inputs[place] = samples.inputs[place] * factor + shift }
      samples.targets[2 * row] = samples.inputs[range].max() ?? 0
      samples.targets[2 * row + 1] = samples.inputs[range].min() ?? 0
    }
    return samples
  }
}
