import Networks
import Testing
import Training

extension TrainingTests {
  @Suite struct DataOrderTests {
    /// 20 bytes of floats a row, and 16 for its place.
    private let shape = SampleShape(input: Shape([3]), target: Shape([2]))

    private func order(
      _ rows: RowSet, chunkRows: Int = 1, memoryRows: Int = 1 << 20,
      _ change: (inout DataSettings) -> Void = { _ in }
    ) throws -> DataOrder {
      try DataOrder(
        rows: rows, shape: shape, chunkRows: chunkRows,
        settings: .with {
          $0.memory = memoryRows * 36
          change(&$0)
        })
    }

    private func sequence(_ order: DataOrder, _ epoch: Int) -> [Int] { order.epoch(epoch).rows }

    @Test(arguments: [1, 2, 5, 7, 8, 24, 25, 100, 101])
    func everyEpochHasEveryRowOnce(count: Int) throws {
      for (chunkRows, memoryRows) in [(1, 1000), (1, 30), (4, 30), (9, 50), (40, 30), (3, 2)] {
        for dropped in [RowSet(0..<0, of: count), RowSet(of: count) { $0 % 3 == 2 }] {
          let rows = RowSet(allOf: count).subtracting(dropped)
          let order = try order(rows, chunkRows: chunkRows, memoryRows: memoryRows) {
            $0.batchSize = 8
          }
          for epoch in 0..<3 {
            #expect(sequence(order, epoch).sorted() == rows.rows(in: 0..<count))
          }
          #expect(order.windowRows * (order.isResident ? 1 : 2) <= max(memoryRows, 2))
        }
      }
    }

    @Test func batchesAreCutFromTheSequence() throws {
      let order = try order(RowSet(allOf: 103), memoryRows: 50) { $0.batchSize = 10 }
      #expect(order.batchCount == 11)
      let batches = (0..<11).map { order.epoch(0).rows(ofBatch: $0) }
      #expect(batches.map(\.count) == [Int](repeating: 10, count: 10) + [3])
      #expect(batches.flatMap { $0 } == order.epoch(0).rows)
      let dropping = try self.order(RowSet(allOf: 103), memoryRows: 50) {
        $0.batchSize = 10
        $0.dropsRemainder = true
      }
      #expect(dropping.batchCount == 10)
      let kept = (0..<10).flatMap { dropping.epoch(4).rows(ofBatch: $0) }
      #expect(kept == Array(sequence(order, 4).prefix(100)))
    }

    @Test func fewerRowsThanABatch() throws {
      let order = try order(RowSet(allOf: 7)) { $0.batchSize = 100 }
      #expect(order.batchCount == 1)
      #expect(order.epoch(0).rows(ofBatch: 0).sorted() == Array(0..<7))
      let text = sentence {
        _ = try self.order(RowSet(allOf: 7)) {
          $0.batchSize = 100
          $0.dropsRemainder = true
        }
      }
      #expect(text.contains("7 rows, fewer than a batch of 100"))
    }

    @Test(arguments: [1000, 40]) func seedAndEpochDecide(memoryRows: Int) throws {
      let make = { (seed: UInt64, batch: Int) in
        try self.order(RowSet(allOf: 200), chunkRows: 4, memoryRows: memoryRows) {
          $0.seed = seed
          $0.batchSize = batch
        }
      }
      let one = try make(1, 10)
      #expect(sequence(one, 0) == sequence(try make(1, 10), 0))
      #expect(sequence(one, 0) == sequence(try make(1, 7), 0))
      #expect(sequence(one, 0) != sequence(one, 1))
      #expect(sequence(one, 0) != sequence(try make(2, 10), 0))
    }

    @Test(arguments: [1000, 40]) func withoutShufflingItIsTheFile(memoryRows: Int) throws {
      let rows = RowSet(of: 200) { $0 % 7 != 3 }
      let order = try order(rows, chunkRows: 4, memoryRows: memoryRows) { $0.shuffles = false }
      #expect(sequence(order, 0) == rows.rows(in: 0..<200))
      #expect(sequence(order, 9) == rows.rows(in: 0..<200))
    }

    @Test func nothingFits() {
      let text = sentence { _ = try order(RowSet(allOf: 5), memoryRows: 1) }
      #expect(text.contains("one row of the data takes 20 bytes"))
      #expect(text.contains("raise the memory setting"))
    }

    /// Uniform in memory: over many epochs each row is in each tenth of the sequence equally often.
    @Test(arguments: [100_000, 800]) func everyRowComesAnywhere(memoryRows: Int) throws {
      let count = 2000
      let order = try DataOrder(
        rows: RowSet(allOf: count), shape: shape, chunkRows: 10,
        settings: .with { $0.memory = memoryRows * 36 }, blockBytes: 200)
      #expect(order.isResident == (memoryRows > count))
      var early = [Double](repeating: 0, count: 10)
      for epoch in 0..<40 {
        for (place, row) in sequence(order, epoch).enumerated() where place < count / 10 {
          early[row / 200] += 1
        }
      }
      // 800 expected in each. Whole blocks move together, hence more spread than for single rows.
      let spread = memoryRows > count ? 140.0 : 400
      #expect(early.allSatisfy { abs($0 - 800) < spread })
    }

    /// The figures of the documentation: how far rows travel, against a uniform permutation.
    @Test func qualityOfWindows() throws {
      let count = 20_000
      let uniform = Shuffle(sequence(try order(RowSet(allOf: count)), 0))
      #expect(abs(uniform.displacement - 1.0 / 3) < 0.01)
      #expect(abs(uniform.correlation) < 0.03)
      // 200 blocks of 100 rows, 20 in a window.
      let blocks = try DataOrder(
        rows: RowSet(allOf: count), shape: shape, chunkRows: 100,
        settings: .with {
          $0.memory = 4000 * 36
          $0.batchSize = 100
        }, blockBytes: 2000)
      #expect(blocks.windowRows == 2000 && blocks.blockRows == 100)
      let windowed = Shuffle(sequence(blocks, 0))
      #expect(abs(windowed.displacement - 1.0 / 3) < 0.04)
      #expect(abs(windowed.correlation) < 0.15)
      // Neighbours in the file stay within one window, a tenth of the epoch.
      #expect(windowed.largestGap(ofNeighboursIn: 100) < 2000)
      #expect(uniform.largestGap(ofNeighboursIn: 100) > 15_000)
      // A batch of 100 rows draws from about all 20 blocks of its window.
      let first = Set(blocks.epoch(0).rows(ofBatch: 0).map { $0 / 100 })
      #expect(first.count > 15 && first.count <= 20)
    }
  }
}

/// How well a sequence of row numbers is mixed.
private struct Shuffle {
  let rows: [Int]
  private let places: [Int]

  init(_ rows: [Int]) {
    self.rows = rows
    var places = [Int](repeating: 0, count: rows.count)
    for (place, row) in rows.enumerated() { places[row] = place }
    self.places = places
  }

  /// The mean distance that a row travels, as a part of the whole: 1/3 for a uniform permutation.
  var displacement: Double {
    let sum = rows.enumerated().reduce(0) { $0 + abs($1.offset - $1.element) }
    return Double(sum) / Double(rows.count) / Double(rows.count)
  }

  /// The correlation of a row's place with its number: 0 ± 1/√n for a uniform permutation.
  var correlation: Double {
    let n = Double(rows.count)
    let mean = (n - 1) / 2
    let sum = rows.enumerated().reduce(0.0) {
      $0 + (Double($1.offset) - mean) * (Double($1.element) - mean)
    }
    return sum / (n * (n * n - 1) / 12)
  }

  /// The largest distance of two rows that are next to each other in the same block of the file.
  func largestGap(ofNeighboursIn block: Int) -> Int {
    let gaps = (1..<rows.count).filter { $0 % block != 0 }.map { abs(places[$0] - places[$0 - 1]) }
    return gaps.max() ?? 0
  }
}
