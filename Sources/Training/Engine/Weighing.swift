import Networks

/// What sums of losses and gradients are divided by.
///
/// With one output gradients are plain sums over rows, divided once by what counts in the whole
/// update. With several, each has a divisor of its own, so gradients are scaled on their way to
/// what the outputs share, such that dividing by the number of rows in the end fits all of them.
/// Where masks or weights decide what counts, a batch is then run forward twice: first to count.
extension Trainer {
  /// What a replica multiplies the gradient of each output with.
  func scales(of replica: Int) -> ArraySlice<Float> {
    let count = runner.heads.count
    return scales[replica * count..<(replica + 1) * count]
  }

  /// The rows of a batch that are a replica's.
  func rows(of replica: Int, in batch: Batch) -> Range<Int> {
    let shards = settings.plan.shards / replicas.count
    let first = settings.plan.rows(of: replica * shards, in: batch.rows).lowerBound
    let last = settings.plan.rows(of: (replica + 1) * shards - 1, in: batch.rows).upperBound
    return first..<max(first, last)
  }

  /// Whether a batch must be seen before its gradients can be scaled.
  var countsFirst: Bool { runner.heads.count > 1 && runner.heads.contains { $0.isCounted } }

  /// Sets the scales of a batch's gradients.
  func prepareScales(_ batch: Batch) {
    let heads = runner.heads
    if heads.count == 1 {
      for replica in scales.indices { scales[replica] = Float(heads[0].asked.weight) }
      return
    }
    if countsFirst { count(batch) }
    for replica in replicas.indices {
      let rows = Double(rows(of: replica, in: batch).count)
      for (index, head) in heads.enumerated() where rows > 0 {
        let total = countsFirst ? total(of: head, replica, batch) : rows * Double(head.steps)
        scales[replica * heads.count + index] = Float(
          head.asked.weight * rows / head.divisor(total))
      }
    }
  }

  /// Takes down what each replica's gradient of a batch will be divided by.
  func weigh(_ batch: Batch) {
    for replica in replicas.indices {
      let rows = rows(of: replica, in: batch).count
      guard runner.heads.count == 1, rows > 0 else {
        pending.batchWeights[replica] = Double(rows)
        continue
      }
      let head = runner.heads[0]
      pending.batchWeights[replica] = head.divisor(total(of: head, replica, batch))
    }
  }

  /// What counts for an output in a replica's shards of a batch.
  private func total(of head: Head, _ replica: Int, _ batch: Batch) -> Double {
    let shards = settings.plan.shards / replicas.count
    let last = min((replica + 1) * shards, settings.plan.used(batch.rows))
    var total = 0.0
    for shard in replica * shards..<max(last, replica * shards) {
      total += ledger[shard][head.sums.count]
    }
    return total
  }

  /// Runs a batch forward to see what counts, and leaves states as they were.
  private func count(_ batch: Batch) {
    countedStates.arena.copy(from: states.arena)
    let shards = settings.plan.shards / replicas.count
    workers.forEach(settings.plan.used(batch.rows)) { worker, index in
      let replica = replicas[index / shards]
      let shard = ShardRunner.Shard(
        batch: batch, rows: settings.plan.rows(of: index, in: batch.rows),
        weights: replica.weights, panels: replica.panels, states: states,
        noise: (settings.seed, step, pending.rows))
      runner.count(shard, on: desks[worker], ledger[index])
    }
    states.arena.copy(from: countedStates.arena)
  }
}
