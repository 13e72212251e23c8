import Tensors
import TestSupport
import Testing

@Suite struct ArenaTests {
  @Test func startsAsAlignedZeros() {
    for count in [0, 1, 15, 1000] {
      let arena = Arena(count: count)
      #expect(Int(bitPattern: arena.base) % 64 == 0)
      #expect(arena.values == Array(repeating: 0, count: count))
    }
  }

  @Test func slotsAreMatrices() {
    let arena = Arena(count: 20)
    for index in 0..<20 { arena.base[index] = Float(index) }
    let slot = Slot(offset: 5, shape: [3, 4])
    let matrix = arena.matrix(slot)
    #expect(matrix.rows == 3 && matrix.columns == 4 && matrix.base[0] == 5)
    #expect(Array(arena[slot]) == (5..<17).map(Float.init))
    let bias = arena.matrix(Slot(offset: 17, shape: [3]))
    #expect(bias.rows == 1 && bias.columns == 3 && bias.base[2] == 19)
    arena.zero(slot.range)
    #expect(arena.values == [0, 1, 2, 3, 4] + Array(repeating: 0, count: 12) + [17, 18, 19])
  }

  @Test func aSlotOutsideOfTheArenaTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = Arena(count: 10).matrix(Slot(offset: 5, shape: [2, 3]))
    }
  }

  /// left + right, in pairs of pairs: sums that floats round differently in another order.
  @Test func ledgersFoldInOneTree() {
    for count in 1...9 {
      let ledger = Ledger(rows: 9, width: 2)
      var random = SeededRandom(seed: UInt64(count))
      let numbers = (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
      for (row, number) in numbers.enumerated() { (ledger[row][0], ledger[row][1]) = (number, 1) }
      ledger.fold(count)
      #expect(ledger[0][0] == tree(numbers[...]) && ledger[0][1] == Double(count))
    }
  }

  private func tree(_ numbers: ArraySlice<Double>) -> Double {
    guard numbers.count > 1 else { return numbers[numbers.startIndex] }
    var half = 1
    while 2 * half < numbers.count { half *= 2 }
    return tree(numbers.prefix(half)) + tree(numbers.dropFirst(half))
  }
}
