import Networks
import Tensors

/// A parameter that follows what batches measure, as BatchNormalization's moving mean.
struct MovingStatistic: Sendable {
  let slot: Slot
  let momentum: Float
  /// The numbers at the last update, to go back to.
  let held: Arena

  /// The moving statistics of a network, but for those in frozen layers.
  static func all(of network: Network) -> [MovingStatistic] {
    network.parameters.compactMap { parameter in
      guard case .statistic(let momentum) = parameter.role, !parameter.isFrozen else { return nil }
      return MovingStatistic(
        slot: parameter.slot, momentum: Float(momentum), held: Arena(count: parameter.slot.count))
    }
  }
}

extension Network {
  /// Whether a layer needs all rows of a batch at once to train.
  var measuresBatches: Bool { !MovingStatistic.all(of: self).isEmpty }
}

/// A network with moving statistics runs each batch as one shard of one replica.
extension Trainer {
  /// Moves statistics towards what a batch measured: momentum · old + (1 - momentum) · measured.
  ///
  /// - Parameter rows: the rows of the batch; what stands in place of gradients is summed over them.
  func updateStatistics(rows: Int) {
    guard !statistics.isEmpty else { return }
    let (weights, measured) = (weights.base, replicas[0].gradient.arena.base)
    for statistic in statistics {
      for index in statistic.slot.range {
        let new = measured[index] / Float(rows)
        weights[index] = statistic.momentum * weights[index] + (1 - statistic.momentum) * new
      }
    }
  }

  /// Remembers the statistics.
  func holdStatistics() {
    for statistic in statistics {
      statistic.held.base.update(
        from: weights.base + statistic.slot.offset, count: statistic.slot.count)
    }
  }

  /// Takes them back.
  func restoreStatistics() {
    for statistic in statistics {
      (weights.base + statistic.slot.offset).update(
        from: statistic.held.base, count: statistic.slot.count)
    }
  }
}
