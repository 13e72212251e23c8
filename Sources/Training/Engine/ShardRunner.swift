import Kernels
import Networks
import Tensors

/// Runs one shard of a batch through a network: what a worker does with its share.
struct ShardRunner: Sendable {
  let network: Network
  let objective: Objective
  /// The loss, from logits where the network ends with a softmax or sigmoid and the loss can.
  private let loss: any Loss
  private let endings: [Network.Ending]
  private let scored: Value
  private let output: Value
  private let input: Value

  init(_ network: Network, _ objective: Objective) throws(TrainingError) {
    guard let input = network.inputs.first, let output = network.outputs.first,
      network.inputs.count == 1, network.outputs.count == 1
    else { throw TrainingError("Training needs a network with one input and one output.") }
    self.network = network
    self.objective = objective
    self.input = input
    self.output = output
    if let ending = network.ending(of: output),
      let loss = objective.loss.fromLogits(of: ending.activation)
    {
      (self.loss, endings, scored) = (loss, [ending], ending.logits)
    } else {
      (loss, endings, scored) = (objective.loss, [], output)
    }
  }

  /// How many scored rows a sample has.
  var steps: Int { output.shape.steps }

  /// Which rows run, with whose weights.
  struct Shard {
    let batch: Batch
    let rows: Range<Int>
    let weights: Arena
    let panels: Arena
    let states: States
    /// The seed, the update, and where the batch starts among the update's rows.
    let noise: (seed: UInt64, step: Int, row: Int)
  }

  /// Computes losses and gradients of a shard.
  ///
  /// - Parameters:
  ///   - shard: which rows.
  ///   - desk: the worker's memory.
  ///   - gradients: overwritten with the shard's gradients.
  ///   - sums: overwritten with the shard's losses, counts and metrics.
  func train(
    _ shard: Shard, on desk: Desk, into gradients: Arena,
    _ sums: UnsafeMutableBufferPointer<Double>
  ) {
    let pass = load(shard, desk, gradients, training: true)
    network.forward(pass)
    score(shard, pass, desk, sums, gradient: pass.gradient(scored))
    gradients.zero()
    network.backward(pass, skipping: endings)
  }

  /// Computes losses of a shard.
  func evaluate(_ shard: Shard, on desk: Desk, _ sums: UnsafeMutableBufferPointer<Double>) {
    let pass = load(shard, desk, desk.scratch, training: false)
    network.forward(pass)
    score(shard, pass, desk, sums, gradient: nil)
  }

  /// Computes the outputs of a shard into rows of a batch-major result.
  func predict(_ shard: Shard, on desk: Desk, into result: UnsafeMutablePointer<Float>) {
    let pass = load(shard, desk, desk.scratch, training: false)
    network.forward(pass)
    batchMajor(
      pass.matrix(output), rows: shard.rows.count, steps: output.shape.steps,
      into: result + shard.rows.lowerBound * output.shape.count)
  }

  private func load(
    _ shard: Shard, _ desk: Desk, _ gradients: Arena, training: Bool
  ) -> Pass {
    let pass = Pass(
      weights: shard.weights, panels: shard.panels, gradients: gradients,
      workspace: desk.workspace, states: shard.states,
      noise: Noise(
        seed: shard.noise.seed, step: shard.noise.step,
        row: shard.noise.row + shard.rows.lowerBound),
      rows: shard.rows.count, firstRow: shard.rows.lowerBound, training: training)
    timeMajor(
      shard.batch.inputs.base + shard.rows.lowerBound * input.shape.count,
      rows: shard.rows.count, steps: input.shape.steps, into: pass.matrix(input))
    return pass
  }

  private func score(
    _ shard: Shard, _ pass: borrowing Pass, _ desk: Desk,
    _ sums: UnsafeMutableBufferPointer<Double>, gradient: Matrix?
  ) {
    let (rows, steps) = (shard.rows.count, output.shape.steps)
    let targets = Matrix(
      desk.targets.base, rows: rows * steps, columns: shard.batch.shape.target.count / steps)
    timeMajor(
      shard.batch.targets.base + shard.rows.lowerBound * shard.batch.shape.target.count,
      rows: rows, steps: steps, into: targets)
    sums.update(repeating: 0)
    let weights = loadWeights(shard, desk, steps: steps)
    sums[0] = loss.evaluate(
      scoring(pass.matrix(scored), targets, weights, desk), gradient: gradient)
    sums[1] = Double(rows * steps)
    guard let base = sums.baseAddress else { return }
    for (metric, offset) in zip(objective.metrics, objective.offsets) {
      metric.accumulate(
        scoring(pass.matrix(output), targets, nil, desk), into: base + offset)
    }
  }

  private func scoring(
    _ predictions: Matrix, _ targets: Matrix, _ weights: UnsafePointer<Float>?, _ desk: Desk
  ) -> Scoring {
    Scoring(
      predictions: predictions, targets: targets, weights: weights, scratch: desk.scratch.base)
  }

  /// Weights for each scored row; a sample's only weight counts for all of its steps.
  private func loadWeights(_ shard: Shard, _ desk: Desk, steps: Int) -> UnsafePointer<Float>? {
    let perSample = shard.batch.shape.weights
    guard perSample > 0 else { return nil }
    let source = shard.batch.weights.base + shard.rows.lowerBound * perSample
    let rows = shard.rows.count
    if perSample == steps {
      timeMajor(
        source, rows: rows, steps: steps,
        into: Matrix(desk.weights.base, rows: rows * steps, columns: 1))
    } else {
      for step in 0..<steps {
        (desk.weights.base + step * rows).update(from: source, count: rows)
      }
    }
    return UnsafePointer(desk.weights.base)
  }
}
