import Kernels
import Networks
import Tensors

extension Trainer {
  /// Says where numbers stopped being finite, and takes everything back to the last update.
  ///
  /// The rows of the batch are run one by one, exactly as in their shards, until the loss or the
  /// gradient of one is not finite.
  ///
  /// - Parameters:
  ///   - batch: the batch that was trained last.
  ///   - firstRow: where it starts among the rows of the update.
  /// - Returns: a sentence with the step and the row.
  func divergence(in batch: Batch, from firstRow: Int) -> TrainingError {
    goBack()
    let place = firstDivergence(batch, firstRow) ?? "the sum of the gradients of several rows"
    goBack()
    clearPending()
    return TrainingError(
      "Training stopped at step \(step + 1): a number is not finite, first in \(place). "
        + "The weights are those of step \(step). Try a lower learning rate or clipnorm, or "
        + "look at that row of the data.", kind: .diverged)
  }

  /// Forgets the batches of an update that will not be made, and what states took from them.
  func abandonUpdate() {
    guard pending.batches > 0 else { return }
    goBack()
    clearPending()
  }

  /// Remembers what batches of the update under way change before it is made.
  func hold() {
    heldStates.arena.copy(from: states.arena)
    holdStatistics()
  }

  /// Takes that back to the last update.
  func goBack() {
    states.arena.copy(from: heldStates.arena)
    restoreStatistics()
  }

  private func firstDivergence(_ batch: Batch, _ firstRow: Int) -> String? {
    let sums = Ledger(rows: 1, width: objective.width)
    let shards = settings.plan.shards / replicas.count
    for row in 0..<batch.rows {
      let index = row / settings.plan.shardRows / shards
      let replica = replicas[index]
      let shard = ShardRunner.Shard(
        batch: batch, rows: row..<row + 1, weights: replica.weights, panels: replica.panels,
        states: states, noise: (settings.seed, step, firstRow), scales: scales(of: index))
      runner.train(shard, on: desks[0], into: replica.gradient, sums[0])
      let title = "row \(row) of the batch (row \(number(row, batch)) of the dataset)"
      if !runner.heads.allSatisfy({ sums[0][$0.sums.loss].isFinite }) {
        return "the loss of \(title)"
      }
      let gradient = replica.gradient.arena
      if firstNonFinite(count: gradient.count, gradient.base) >= 0 {
        return "the gradient of \(title)"
      }
    }
    return nil
  }

  private func number(_ row: Int, _ batch: Batch) -> String {
    batch.rowNumbers.indices.contains(row) ? String(batch.rowNumbers[row]) : "?"
  }
}
