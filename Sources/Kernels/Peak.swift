/// The floating-point operations of one round of `multiplyAddRounds`.
public let flopsPerRound = 2 * chains * lanesPerVector

/// Does nothing but fused multiply-adds on numbers in registers: the most that a core can do.
///
/// - Parameter count: how many rounds.
/// - Returns: a number that needs all of them.
@inline(never)
public func multiplyAddRounds(_ count: Int) -> Float {
  hasWideVectors ? Chains<12>().run(count) : Chains<5>().run(count)
}

/// A multiply-add takes four or five cycles and two can start in each: ten or more keep the units busy.
/// (Without wide vectors a chain is two registers.)
private let chains = hasWideVectors ? 12 : 5

private struct Chains<let count: Int> {
  @inline(__always)
  func run(_ rounds: Int) -> Float {
    var sums = InlineArray<count, Vector>(repeating: Vector(repeating: 1))
    let factor = Vector(repeating: 0.999)
    let term = Vector(repeating: 0.001)
    for _ in 0..<rounds {
      for chain in 0..<count { sums[chain] = sums[chain].times(factor, plus: term) }
    }
    var total: Float = 0
    for chain in 0..<count { total += sums[chain].sum }
    return total
  }
}
