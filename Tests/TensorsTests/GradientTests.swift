import Kernels
import TestSupport
import Testing

@testable import Tensors

/// What passes untouched rows by finds the same bits as what looks at all of them.
@Suite struct GradientTests {
  /// A bias, a table, a kernel, another table with rows that fill no vectors, and a bias.
  private static let slots = [[7], [90, 33], [5, 8], [40, 3], [2]].reduce(into: [Slot]()) {
    $0.append(Slot(offset: $0.last?.range.upperBound ?? 0, shape: $1))
  }
  private static let tables = [slots[1], slots[3]]
  private static let count = slots[4].range.upperBound

  /// Adds random numbers to chosen rows, and everywhere outside of tables.
  private static func filled(_ random: inout SeededRandom, rows: Int) -> Gradient {
    let gradient = Gradient(count: count, tables: tables)
    touch(gradient, rows, &random)
    return gradient
  }

  private static func touch(_ gradient: Gradient, _ rows: Int, _ random: inout SeededRandom) {
    for slot in [slots[0], slots[2], slots[4]] { add(gradient.matrix(slot), &random) }
    for table in tables {
      for _ in 0..<rows {
        let row = Int.random(in: 0..<table.shape[0], using: &random)
        add(gradient.rows(table)[row], &random)
      }
    }
  }

  private static func add(_ matrix: Matrix, _ random: inout SeededRandom) {
    for (place, number) in random.floats(matrix.count).enumerated() { matrix.base[place] += number }
  }

  private static func bits(_ gradient: Gradient) -> [UInt32] {
    gradient.arena.values.map(\.bitPattern)
  }

  @Test(arguments: [0, 1, 4, 30, 400]) func sumsAreThoseOfAllNumbers(rows: Int) {
    var random = SeededRandom(seed: 5)
    let gradient = Self.filled(&random, rows: rows)
    for _ in 0..<200 {
      let (a, b) = (
        Int.random(in: 0...Self.count, using: &random),
        Int.random(in: 0...Self.count, using: &random)
      )
      let range = min(a, b)..<max(a, b)
      let all = sumOfSquares(count: range.count, gradient.arena.base + range.lowerBound)
      #expect(gradient.sumOfSquares(range).bitPattern == all.bitPattern)
    }
  }

  @Test func runsAreWhatWasTouched() {
    let gradient = Gradient(count: Self.count, tables: Self.tables)
    let table = Self.tables[0]
    for row in [0, 3, 4, 89] { gradient.rows(table).columns(5..<9)[row].fill(1) }
    var runs: [Range<Int>] = []
    gradient.forEachRun(in: 3..<Self.count) { runs.append($0) }
    let rows = [0..<1, 3..<5, 89..<90].map { (rows: Range<Int>) in
      table.offset + 33 * rows.lowerBound..<table.offset + 33 * rows.upperBound
    }
    let (kernel, last) = (Self.slots[2].range, Self.slots[4].range)
    #expect(runs == [3..<7] + rows + [kernel, last])
    // A range may begin and end inside of a row.
    runs = []
    gradient.forEachRun(in: rows[1].lowerBound + 10..<rows[1].upperBound - 20) { runs.append($0) }
    #expect(runs == [rows[1].lowerBound + 10..<rows[1].upperBound - 20])
    runs = []
    gradient.forEachRun(in: rows[0].upperBound..<rows[1].lowerBound) { runs.append($0) }
    #expect(runs.isEmpty)
  }

  @Test func aMatrixMayBeWrittenAnywhere() {
    let gradient = Gradient(count: Self.count, tables: Self.tables)
    _ = gradient.matrix(Self.tables[1])
    var runs: [Range<Int>] = []
    gradient.forEachRun(in: Self.tables[1].range) { runs.append($0) }
    #expect(runs == [Self.tables[1].range])
    gradient.touchAll()
    runs = []
    gradient.forEachRun(in: Self.tables[0].range) { runs.append($0) }
    #expect(runs == [Self.tables[0].range])
  }

  @Test(arguments: [0, 1, 4, 30, 400]) func additionsAreThoseOfAllNumbers(rows: Int) {
    var random = SeededRandom(seed: 6)
    let sum = Self.filled(&random, rows: 3)
    let other = Self.filled(&random, rows: rows)
    let all = Arena(count: Self.count)
    all.copy(from: sum.arena)
    all.add(other.arena, 0..<Self.count)
    sum.touch(with: other)
    for first in stride(from: 0, to: Self.count, by: 100) {
      sum.add(other, first..<min(first + 100, Self.count))
    }
    #expect(Self.bits(sum) == all.values.map(\.bitPattern))
    // Both know all their rows: nothing is left when they are cleared.
    for gradient in [sum, other] {
      gradient.clear()
      #expect(Self.bits(gradient).allSatisfy { $0 == 0 })
      Self.touch(gradient, 5, &random)
      gradient.clear()
      #expect(Self.bits(gradient).allSatisfy { $0 == 0 })
    }
  }

  private static let product = [slots[2]]

  private static func worn() -> Gradient {
    let gradient = Gradient(count: count, tables: tables, kernels: product)
    gradient.arena[0..<count].update(repeating: 3)
    gradient.touchAll()
    gradient.clear()
    return gradient
  }

  /// A kernel keeps what was there until it is written, added to, or finished.
  @Test func kernelsAreWrittenFirst() {
    let gradient = Self.worn()
    let (first, isFirstWritten) = gradient.product(Self.slots[2])
    #expect(!isFirstWritten && first.base[0] == 3)
    first.fill(5)
    let (second, isSecondWritten) = gradient.product(Self.slots[2])
    #expect(isSecondWritten && second.base == first.base)
    gradient.finish()
    let sum = Self.slots[2].range.reduce(0) { $0 + gradient.arena.values[$1] }
    #expect(sum == Float(5 * Self.slots[2].count))
    #expect(gradient.arena.values.reduce(0, +) == sum)
  }

  @Test func kernelsThatAreAddedToBeginWithZeros() {
    let gradient = Self.worn()
    gradient.matrix(Self.slots[2]).base[7] += 2
    gradient.finish()
    #expect(gradient.arena.values.reduce(0, +) == 2)
    #expect(gradient.matrix(Self.slots[2]).base[7] == 2)
    let other = Self.worn()
    other.rows(Self.slots[2])[1].fill(1)
    other.finish()
    #expect(other.arena.values.reduce(0, +) == Float(Self.slots[2].shape[1]))
  }

  @Test func kernelsThatNobodyWritesAreZeros() {
    let gradient = Self.worn()
    gradient.finish()
    #expect(gradient.arena.values.allSatisfy { $0 == 0 })
    // Others are never left.
    let (matrix, isWritten) = gradient.product(Self.slots[0])
    #expect(isWritten && matrix.count == 7)
  }
}
