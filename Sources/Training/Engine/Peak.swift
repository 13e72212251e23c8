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
      let start = clock.now
      let results = Ledger(rows: count, width: 8)
      forEach(count) { _, item in results[item][0] = Double(multiplyAddRounds(rounds)) }
      let elapsed = (clock.now - start) / .seconds(1)
      best = max(best, Double(flopsPerRound * rounds * count) / elapsed)
    } while clock.now < end
    return best
  }
}
