import Tensors
import Testing

@Suite struct RandomTests {
  @Test func streamsAreFunctionsOfSeedAndNumber() {
    func numbers(_ seed: UInt64, _ stream: UInt64) -> [UInt32] {
      var random = RandomStream(seed: seed, stream: stream)
      return (0..<50).map { _ in random.next() }
    }
    #expect(numbers(1, 2) == numbers(1, 2))
    for other in [numbers(1, 3), numbers(2, 2), numbers(1 << 40 | 1, 2), numbers(1, 1 << 40 | 2)] {
      #expect(Set(other).isDisjoint(with: numbers(1, 2)))
    }
  }

  @Test func distributionsHaveTheirMoments() {
    var random = RandomStream(seed: 7, stream: 1)
    let count = 100_000
    let uniform = (0..<count).map { _ in random.uniform() }
    #expect(uniform.allSatisfy { (0..<1).contains($0) } as Bool)
    expectMoments(uniform.map { ($0 - 0.5) * 12.0.squareRoot() })
    let normal = (0..<count).map { _ in random.normal() }
    expectMoments(normal)
    let beyondTwo = Double(normal.count { abs($0) > 2 }) / Double(count)
    #expect(abs(beyondTwo - 0.0455) < 0.003)
  }

  /// Mean 0 and variance 1, within five standard errors.
  private func expectMoments(_ numbers: [Double]) {
    let count = Double(numbers.count)
    let mean = numbers.reduce(0, +) / count
    let variance = numbers.reduce(0) { $0 + $1 * $1 } / count
    #expect(abs(mean) < 5 / count.squareRoot())
    #expect(abs(variance - 1) < 8 / count.squareRoot())
  }

  @Test func permutationsHoldEveryNumberOnce() {
    for count in [0, 1, 2, 100] {
      let order = permutation(count: count, seed: 3, stream: 4)
      #expect(order.sorted() == Array(0..<count))
    }
    let (one, other) = (
      permutation(count: 100, seed: 3, stream: 4), permutation(count: 100, seed: 3, stream: 5)
    )
    #expect(one == permutation(count: 100, seed: 3, stream: 4) && one != other)
  }

  /// Each place of a permutation of four sees each number about as often.
  @Test func permutationsAreFair() {
    var seen = [[Int]](repeating: [0, 0, 0, 0], count: 4)
    for stream in 0..<4000 {
      for (place, number) in permutation(count: 4, seed: 1, stream: UInt64(stream)).enumerated() {
        seen[place][number] += 1
      }
    }
    // 1000 expected; the standard deviation is 27.
    #expect(seen.joined().allSatisfy { abs($0 - 1000) < 140 } as Bool)
  }
}
