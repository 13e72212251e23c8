import Kernels
import Networks
import Tensors

/// From a batch to the sum of its shards' gradients.
extension Trainer {
  /// Computes the gradient of every unit of shards; the workers share them.
  func computeGradients(_ batch: Batch) {
    precondition(batch.rows > 0 && batch.rows <= settings.plan.batchSize)
    let units = replicas[0].units.count
    let noise = (seed: settings.seed, step: step, row: pending.rows)
    workers.forEach(units * replicas.count) { worker, item in
      var watch = Stopwatch()
      let replica = replicas[item / units]
      compute(
        subtree: item << subtreeDepth, level: subtreeDepth, batch, noise, item / units,
        desks[worker], into: replica.units[item % units])
      busy[worker][0] += watch.lap()
    }
  }

  /// Computes the gradient of the 2^level shards from `first` on, as one subtree.
  private func compute(
    subtree first: Int, level: Int, _ batch: Batch, _ noise: (seed: UInt64, step: Int, row: Int),
    _ index: Int, _ desk: Desk, into gradients: Gradient
  ) {
    guard level > 0 else {
      let rows = settings.plan.rows(of: first, in: batch.rows)
      guard !rows.isEmpty else { return }
      let replica = replicas[index]
      let shard = ShardRunner.Shard(
        batch: batch, rows: rows, weights: replica.weights, panels: replica.panels,
        states: states, noise: noise, scales: scales(of: index))
      return runner.train(shard, on: desk, into: gradients, ledger[first])
    }
    let half = first + (1 << (level - 1))
    compute(subtree: first, level: level - 1, batch, noise, index, desk, into: gradients)
    guard !settings.plan.rows(of: half, in: batch.rows).isEmpty else {
      if level == 1, first < settings.plan.used(batch.rows) { measure(gradients, shard: first) }
      return
    }
    let right = desk.subtrees[level - 1]
    compute(subtree: half, level: level - 1, batch, noise, index, desk, into: right)
    gradients.touch(with: right)
    if level == 1, let shardSquares {
      for (number, piece) in pieces.enumerated() {
        let squares = GradientTree.addMeasured(right, to: gradients, piece.range)
        (shardSquares[first][number], shardSquares[half][number]) = squares
      }
    } else {
      gradients.add(right, 0..<network.parameterCount)
    }
  }

  /// Adds up the units of a batch, and puts the sum to those of the update's earlier batches.
  func sumGradients(_ batch: Batch) {
    let accumulates = settings.accumulateSteps > 1
    for (index, replica) in replicas.enumerated() {
      GradientTree.foldTouched(replica.units, used: usedUnits(of: index, in: batch))
      // The sum of several batches is put together in its place.
      if accumulates { replica.gradient.touchAll() }
    }
    pending.cost = replicas.reduce(0) { $0 + $1.gradient.cost }
    forEachPiece(of: pending.cost) { item, replica, piece in
      let used = usedUnits(of: replica, in: batch)
      guard used > 0 else { return }
      let arenas = replicas[replica]
      fold(arenas.units, used: used, piece, number: item)
      guard accumulates else { return }
      GradientTree.push(
        arenas.gradient.arena, to: arenas.accumulated, index: pending.counts[replica], piece.range)
    }
    for replica in replicas.indices where !rows(of: replica, in: batch).isEmpty {
      pending.counts[replica] += 1
      pending.weights[replica] += pending.batchWeights[replica]
    }
    sumShardSquares(batch)
    pending.batches += 1
    pending.rows += batch.rows
  }

  /// Adds up the units in a piece; those that are one shard each are measured on the way.
  private func fold(_ units: [Gradient], used: Int, _ piece: Piece, number: Int) {
    guard let shardSquares, subtreeDepth == 0 else {
      return GradientTree.fold(units, used: used, piece.range)
    }
    GradientTree.foldMeasured(units, used: used, piece.range) { shard, square in
      shardSquares[shard][number] = square
    }
  }

  /// Measures the gradient of a shard that has no neighbour in the tree's first level.
  private func measure(_ gradients: Gradient, shard: Int) {
    guard let shardSquares else { return }
    for (number, piece) in pieces.enumerated() {
      shardSquares[shard][number] = gradients.sumOfSquares(piece.range)
    }
  }

  private func usedUnits(of replica: Int, in batch: Batch) -> Int {
    let shards = settings.plan.shards / replicas.count
    let used = min(max(settings.plan.used(batch.rows) - replica * shards, 0), shards)
    return (used + (1 << subtreeDepth) - 1) >> subtreeDepth
  }
}
