import Kernels
import Networks
import Tensors

/// One output of a network with what is asked of it, and where its targets and weights are.
struct Head: Sendable {
  let output: Value
  /// What the loss sees: the output, or what its softmax or sigmoid is applied to.
  let scored: Value
  /// The last activation, where the loss sees what it is applied to; with the product before it where
  /// that is taken by blocks.
  let ending: Network.Ending?
  /// What makes the logits block by block, where nobody else sees them.
  private let product: LogitsProduct?
  /// The loss of what it sees; nil where the output is not trained.
  let loss: (any Loss)?
  let asked: Objective.Output
  let sums: OutputSums
  /// Where the targets are among those of a row, and how many there are for a step.
  let target: Range<Int>
  /// How many scored rows a sample of the longest sequences has.
  private let longest: Int
  /// Where the weights are among those of a row; nil where there are none.
  let weights: Range<Int>?
  /// The metrics as they see the numbers.
  private let metrics: [any Metric]
  private let weightedMetrics: [any Metric]
  /// Whether the loss and all metrics see what the last activation is applied to, so that nobody needs
  /// its output.
  let scoresLogits: Bool
  /// Whether rows of weight zero do not count at all.
  private let leavesOutUnweighted: Bool

  init(
    _ network: Network, _ objective: Objective, _ shape: SampleShape, at index: Int,
    of whole: Network
  ) throws(TrainingError) {
    output = network.outputs[index]
    longest = whole.outputs[index].shape.steps
    asked = objective.outputs[index]
    sums = objective.sums[index]
    let first = shape.targets[..<index].reduce(0) { $0 + $1.count }
    target = first..<first + shape.targets[index].count
    weights = shape.weights(ofTarget: index)
    leavesOutUnweighted = weights != nil && shape.stream?.leavesOutUnweighted == true
    let wanted = objective.outputs[index].loss
    let last = network.ending(of: output).flatMap { ending in
      wanted?.fromLogits(of: ending.activation).map { (ending: ending, loss: $0) }
    }
    loss = last?.loss ?? wanted
    scored = last?.ending.logits ?? output
    let activation = last?.ending.activation
    let logits = { (metrics: [any Metric]) in
      metrics.compactMap { metric in activation.flatMap { metric.fromLogits(of: $0) } }
    }
    let (plain, weighted) = (logits(asked.metrics), logits(asked.weightedMetrics))
    scoresLogits =
      last != nil && plain.count == asked.metrics.count
      && weighted.count == asked.weightedMetrics.count
    product =
      scoresLogits && last?.loss.overwritesPredictions == true
      ? last.flatMap { network.product(of: $0.ending) } : nil
    ending = product?.ending ?? last?.ending
    metrics = scoresLogits ? plain : asked.metrics
    weightedMetrics = scoresLogits ? weighted : asked.weightedMetrics
    try check(shape.targets[index])
  }

  private func check(_ target: Shape) throws(TrainingError) {
    guard target.count > 0, target.count % longest == 0 else {
      throw TrainingError(
        "The model's output \(output.shape) cannot be compared with targets of \(target).",
        kind: .data)
    }
    guard [nil, 1, longest].contains(weights?.count) else {
      throw TrainingError(
        "The data has \(weights?.count ?? 0) weights for each sample of the model's output "
          + "\(output.shape); expected one, or one for each of its \(steps) time steps.",
        kind: .data)
    }
  }

  /// How many scored rows a sample has.
  var steps: Int { output.shape.steps }

  /// Whether only some steps of the output count.
  private var isMasked: Bool { output.shape.isSequence && output.mask?.perRow == steps }

  /// Whether what a batch's sum is divided by is known only when the batch was seen.
  var isCounted: Bool {
    guard let loss else { return false }
    return isMasked || leavesOutUnweighted || loss.reduction == .weightedMean || loss.ignoresRows
  }

  /// What a batch's sum of losses is divided by.
  ///
  /// - Parameter total: what counts, added up over the shards of the batch.
  /// - Returns: a number above zero; nothing is lost where no row counts, for the sum is zero then.
  func divisor(_ total: Double) -> Double {
    max((loss?.reduction ?? .mean).divisor(total), 1e-7)
  }
}

extension Loss {
  /// Whether the loss leaves rows out by their targets.
  fileprivate var ignoresRows: Bool {
    (self as? SparseCategoricalCrossentropy)?.ignoreClass != nil
      || (self as? ReducedLoss)?.base.ignoresRows == true
  }
}

extension Head {
  /// Computes loss, metrics and gradient of a shard that has run forward.
  ///
  /// - Parameters:
  ///   - shard: which rows.
  ///   - pass: the rows after the forward pass.
  ///   - desk: the worker's memory.
  ///   - row: the sums of the shard; those of this output are zero.
  ///   - scale: what the gradient is multiplied with; nil when none is wanted.
  func score(
    _ shard: ShardRunner.Shard, _ pass: borrowing Pass, _ desk: Desk,
    _ row: UnsafeMutableBufferPointer<Double>, scale: Float?
  ) {
    let isTraining = scale != nil
    let scoring = scoring(shard, pass, desk, pass.matrix(scored), isTraining: isTraining)
    if let product, let loss {
      row[sums.count] = total(scoring)
      return product.forEachBlock(pass) { rows, logits in
        let part = scoring.rows(rows, predictions: logits)
        addMetrics(part, logits, into: row)
        row[sums.loss] += loss.evaluate(part, gradient: isTraining ? logits : nil)
        if let scale { Self.multiply(logits, scale) }
        return isTraining
      }
    }
    let gradient = isTraining ? pass.gradient(scored) : nil
    if let loss {
      row[sums.loss] = loss.evaluate(scoring, gradient: gradient)
    } else {
      gradient?.fill(0)
    }
    if let gradient, let scale { Self.multiply(gradient, scale) }
    row[sums.count] = total(scoring)
    addMetrics(scoring, pass.matrix(scoresLogits ? scored : output), into: row)
  }

  private static func multiply(_ gradient: Matrix, _ scale: Float) {
    guard scale != 1 else { return }
    Kernels.scale(count: gradient.count, scale, gradient.base, into: gradient.base)
  }

  /// Computes only what the sum of losses is divided by.
  func count(
    _ shard: ShardRunner.Shard, _ pass: borrowing Pass, _ desk: Desk,
    _ row: UnsafeMutableBufferPointer<Double>
  ) {
    row[sums.count] = total(
      scoring(shard, pass, desk, pass.matrix(scored), isTraining: true))
  }

  /// A number that vanishes beside any other keeps the mean of no rows at zero, as in Keras.
  private func total(_ scoring: Scoring) -> Double {
    let total = loss?.total(scoring, loss?.reduction ?? .mean) ?? Double(scoring.rows)
    return total + .leastNormalMagnitude
  }

  private func addMetrics(
    _ scoring: Scoring, _ predictions: Matrix, into row: UnsafeMutableBufferPointer<Double>
  ) {
    guard let base = row.baseAddress else { return }
    let plain = Scoring(
      predictions: predictions, targets: scoring.targets, weights: scoring.mask,
      mask: scoring.mask, scratch: scoring.scratch)
    for (metric, first) in zip(metrics, sums.metrics) {
      metric.accumulate(plain, into: base + first)
    }
    guard !weightedMetrics.isEmpty else { return }
    let weighted = Scoring(
      predictions: predictions, targets: scoring.targets, weights: scoring.weights,
      mask: scoring.mask, scratch: scoring.scratch)
    for (metric, first) in zip(weightedMetrics, sums.metrics.dropFirst(metrics.count)) {
      metric.accumulate(weighted, into: base + first)
    }
  }

  private func scoring(
    _ shard: ShardRunner.Shard, _ pass: borrowing Pass, _ desk: Desk, _ predictions: Matrix,
    isTraining: Bool
  ) -> Scoring {
    let (rows, width) = (shard.rows.count, shard.batch.shape.targetCount)
    let targets = Matrix(desk.targets.base, rows: rows * steps, columns: target.count / longest)
    timeMajor(
      shard.batch.targets.base + shard.rows.lowerBound * width + target.lowerBound, rows: rows,
      steps: steps, stride: width, into: targets)
    let mask = isMasked ? pass.mask(output) : nil
    let weights = rowWeights(shard, desk, targets, mask, isTraining ? asked.classWeights : nil)
    return Scoring(
      predictions: predictions, targets: targets, weights: weights,
      mask: leavesOutUnweighted ? weights : mask, scratch: desk.scratch.base)
  }

  /// Weights for each scored row: those of the data, of the classes, and zero where the mask is.
  private func rowWeights(
    _ shard: ShardRunner.Shard, _ desk: Desk, _ targets: Matrix, _ mask: UnsafePointer<Float>?,
    _ classes: ClassWeights?
  ) -> UnsafePointer<Float>? {
    let (base, count) = (desk.weights.base, targets.rows)
    let hasWeights = loadWeights(shard, into: base)
    if !hasWeights {
      guard classes != nil else { return mask }
      base.update(repeating: 1, count: count)
    }
    classes?.multiply(base, targets: targets)
    if let mask {
      for row in 0..<count { base[row] *= mask[row] }
    }
    return UnsafePointer(base)
  }

  /// The data's weights for each scored row; a sample's only weight counts for all of its steps.
  private func loadWeights(
    _ shard: ShardRunner.Shard, into target: UnsafeMutablePointer<Float>
  ) -> Bool {
    guard let weights else { return false }
    let (rows, width) = (shard.rows.count, shard.batch.shape.weights)
    let source = shard.batch.weights.base + shard.rows.lowerBound * width + weights.lowerBound
    if weights.count == longest {
      timeMajor(
        source, rows: rows, steps: steps, stride: width,
        into: Matrix(target, rows: rows * steps, columns: 1))
    } else {
      for step in 0..<steps {
        for row in 0..<rows { target[step * rows + row] = source[row * width] }
      }
    }
    return true
  }
}
