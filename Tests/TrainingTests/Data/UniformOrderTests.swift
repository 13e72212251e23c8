import Foundation
import HDF5
import Networks
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  /// More rows than fit in memory, shuffled uniformly by way of scratch space.
  @Suite struct UniformOrderTests {
    private func source(
      _ dataset: any Training.Dataset, rows: RowSet? = nil, memoryRows: Int,
      _ change: (inout DataSettings) -> Void = { _ in }
    ) throws -> BatchSource {
      try probeSource(dataset, rows: rows, memoryRows: memoryRows) {
        $0.isUniform = true
        change(&$0)
      }
    }

    @Test(arguments: [200, 70]) func everyRowOnceAsTheOrderSays(memoryRows: Int) throws {
      for weights in [0, 3] {
        let dataset = ProbeDataset(count: 400, weights: weights, chunkRows: 5)
        let rows = RowSet(of: 400) { $0 % 6 != 4 && $0 != 399 }
        let source = try source(dataset, rows: rows, memoryRows: memoryRows)
        #expect(source.order.isScattered)
        let found = try rowNumbers(of: source, dataset, epochs: 3)
        let expected = (0..<3).flatMap { epoch in
          (0..<source.order.batchCount).map { source.order.epoch(epoch).rows(ofBatch: $0) }
        }
        #expect(found == expected)
        for epoch in 0..<3 {
          #expect(source.order.epoch(epoch).rows.sorted() == rows.rows(in: 0..<400))
        }
        #expect(source.order.epoch(0).rows != source.order.epoch(1).rows)
      }
    }

    @Test func resumedAnywhereItIsTheSame() throws {
      let dataset = ProbeDataset(count: 150, chunkRows: 4)
      let whole = try rowNumbers(of: source(dataset, memoryRows: 80), dataset, epochs: 3)
      let count = 22
      #expect(whole.count == 3 * count)
      for start in stride(from: 0, through: whole.count, by: 5) {
        let position = DataPosition(epoch: start / count, batch: start % count)
        let rest = try rowNumbers(
          of: source(dataset, memoryRows: 80), dataset, from: position, epochs: 3)
        #expect(rest == Array(whole[start...]))
      }
    }

    @Test func rowsThatFitAreShuffledPlainly() throws {
      let dataset = ProbeDataset(count: 50)
      let uniform = try source(dataset, memoryRows: 1000)
      let plain = try source(dataset, memoryRows: 1000) { $0.isUniform = false }
      #expect(!uniform.order.isScattered)
      #expect(uniform.order.epoch(3).rows == plain.order.epoch(3).rows)
      let inOrder = try source(dataset, memoryRows: 20) { $0.shuffles = false }
      #expect(!inOrder.order.isScattered)
      #expect(inOrder.order.epoch(3).rows == Array(0..<50))
    }

    /// In blocks, neighbours in the file stay in one window; in a uniform order they are anywhere.
    ///
    /// The mean distance of the places of neighbours is a third of the rows, ± 0.24 of that over √rows.
    @Test func neighboursAreAsFarApartAsAnyTwo() throws {
      let count = 4000
      let dataset = ProbeDataset(count: count, chunkRows: 20)
      let distance = { (isUniform: Bool) throws -> Double in
        let source = try source(dataset, memoryRows: 400) { $0.isUniform = isUniform }
        var places = [Int](repeating: 0, count: count)
        for (place, row) in source.order.epoch(1).rows.enumerated() { places[row] = place }
        let sum = zip(places, places.dropFirst()).reduce(0) { $0 + abs($1.0 - $1.1) }
        return Double(sum) / Double(count - 1) / Double(count)
      }
      #expect(abs(try distance(true) - 1 / 3.0) < 0.02)
      #expect(try distance(false) < 0.1)
    }

    /// Each of 4 rows is as often in each place of an epoch, and each of the 24 orders comes as often.
    @Test func allOrdersAreAsFrequent() throws {
      let dataset = ProbeDataset(count: 4)
      let source = try source(dataset, memoryRows: 3)
      #expect(source.order.isScattered)
      var counts: [[Int]: Int] = [:]
      for epoch in 0..<4800 { counts[source.order.epoch(epoch).rows, default: 0] += 1 }
      #expect(counts.count == 24)
      // The squared differences from 200, over 200, of 24 orders: 49.7 is passed once in 1000 times.
      let chi = counts.values.reduce(0.0) { $0 + Double(($1 - 200) * ($1 - 200)) / 200 }
      #expect(chi < 49.7)
    }

    @Test func scratchSpaceIsGoneAfterwards() throws {
      let scratch = try ScratchDirectory()
      let dataset = ProbeDataset(count: 300)
      let source = try source(dataset, memoryRows: 100) { $0.scratch = scratch.path }
      // One epoch: where a file has a name for a moment, the next epoch's might be seen.
      let prefetcher = source.prefetch(epochs: 1)
      _ = try prefetcher.next()
      #expect(try scratch.names.isEmpty)
      #expect(source.notices.contains { $0.contains("scratch space in '\(scratch.path)'") })
    }

    @Test func noScratchSpaceIsASentence() throws {
      let dataset = ProbeDataset(count: 300)
      let nowhere = try source(dataset, memoryRows: 100) { $0.scratch = "/no/such/place" }
      let text = sentence { _ = try nowhere.prefetch(epochs: 1).next() }
      #expect(text.contains("'/no/such/place'") && text.contains("No such file or directory"))
      #expect(text.contains("data.scratch"))
    }

    /// Any write that fails is such a sentence; the limit of a file's size stands for a full disk.
    @Test func fullScratchSpaceIsASentence() async {
      await #expect(processExitsWith: .success) {
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
        #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
        var settings = DataSettings()
        (settings.isUniform, settings.memory) = (true, 100 * 36)
        let source = try BatchSource(ProbeDataset(count: 3000), settings: settings)
        let text = sentence { _ = try source.prefetch(epochs: 1).next() }
        #expect(text.contains("cannot write on scratch space") && text.contains("File too large"))
      }
    }

    @Test func failuresAheadAreReportedInTheirEpoch() throws {
      let dataset = ProbeDataset(count: 300, failing: 299)
      let source = try source(dataset, memoryRows: 100)
      let prefetcher = source.prefetch(epochs: 1)
      #expect(throws: ProbeDataset.Failure(row: 299)) { _ = try prefetcher.next() }
    }
  }
}
