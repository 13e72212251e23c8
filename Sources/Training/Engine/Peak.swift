import Kernels
import Tensors

extension Workers {
  /// How many floating-point operations a second all workers do together at most.
  ///
  /// Multiply-adds on registers alone, while all work at the same time: shared units, the clock of a
  /// busy processor and other programs are in it. The best of several short measurements.
  ///
  /// - Parameter seconds: how long to measure.
  /// - Returns: operations a second; a multiply-add is two.
  public func peak(seconds: Double = 0.5) -> Double {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    let rounds = 400_000
    var best = 0.0
    repeat {
      let elapsed = multiplyAdds(rounds: rounds, items: count)
      best = max(best, Double(flopsPerRound * rounds * count) / elapsed)
    } while clock.now < end
    return best
  }

  /// Does multiply-adds on registers alone: work that nothing but the machine can delay.
  ///
  /// - Parameters:
  ///   - rounds: how many rounds an item has; they take equally long.
  ///   - items: how many items there are, done side by side.
  /// - Returns: the seconds it took.
  public func multiplyAdds(rounds: Int, items: Int) -> Double {
    let clock = ContinuousClock()
    let results = Ledger(rows: items, width: 8)
    let start = clock.now
    forEach(items) { _, item in results[item][0] = Double(multiplyAddRounds(rounds)) }
    return (clock.now - start) / .seconds(1)
  }
}
