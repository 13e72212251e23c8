import Networks
import Tensors
import TestSupport
import Testing
import Training

/// What the engine reports, beside plain sums over predictions.
@Suite struct EngineScoreTests {
  @Test(arguments: [Shape([2]), Shape([5, 2])]) func lossAndMetricsAreThoseOfThePredictions(
    output: Shape
  ) throws {
    var run = EngineRun()
    run.samples = Samples(
      39, SampleShape(input: Shape([5, 3]), target: output, weights: output.steps))
    run.model.replaceLayer(at: 2, with: GRU(5, returnSequences: output.isSequence))
    let trainer = try run.trainer(workers: 2)
    let evaluator = try Evaluator(trainer)
    var scores = Scores(run.objective)
    var (loss, absolute) = (0.0, 0.0)
    for (index, batch) in run.samples.batches(of: 16).enumerated() {
      evaluator.evaluate(batch, into: &scores)
      let result = Arena(count: batch.rows * output.count)
      evaluator.predict(batch, into: result)
      for place in 0..<result.count {
        let row = index * 16 + place / output.count
        let difference =
          Double(result.base[place])
          - Double(run.samples.targets[row * output.count + place % output.count])
        let weight = run.samples.weights[row * output.steps + place % output.count / 2]
        loss += Double(weight) * difference * difference / 2
        absolute += abs(difference) / 2
      }
    }
    let rows = Double(39 * output.steps)
    #expect(scores.rows == rows)
    #expect(run.objective.names == ["loss", "mae"])
    #expect(abs(scores.values[0] - loss / rows) < 1e-6)
    #expect(abs(scores.values[1] - absolute / rows) < 1e-6)
  }

  /// A weight for a sample counts for all its steps.
  @Test func sampleWeightsSpreadOverSteps() throws {
    var run = EngineRun()
    run.model.replaceLayer(at: 2, with: GRU(5, returnSequences: true))
    run.samples = Samples(
      16, SampleShape(input: Shape([5, 3]), target: Shape([5, 2]), weights: 1))
    let one = try run.train(updates: 5)
    let weights = run.samples.weights.flatMap { Array(repeating: $0, count: 5) }
    run.samples = Samples(
      16, SampleShape(input: Shape([5, 3]), target: Shape([5, 2]), weights: 5))
    let plain = Samples(16, SampleShape(input: Shape([5, 3]), target: Shape([5, 2]), weights: 1))
    (run.samples.inputs, run.samples.targets) = (plain.inputs, plain.targets)
    run.samples.weights = weights
    #expect(try run.train(updates: 5) == one)
  }

  /// Evaluating between steps changes nothing that training goes on from.
  @Test func evaluationLeavesTrainingAlone() throws {
    let run = EngineRun()
    let (plain, watched) = (try run.trainer(), try run.trainer(workers: 2))
    let evaluator = try Evaluator(watched)
    for batch in run.samples.batches(of: 16) {
      try plain.train(batch)
      try watched.train(batch)
      var scores = Scores(run.objective)
      evaluator.evaluate(batch, into: &scores)
      #expect(scores.values[0].isFinite)
    }
    #expect(plain.weights.values == watched.weights.values)
  }
}
