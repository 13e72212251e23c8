import Dispatch
import Foundation
import Testing

@testable import Training

extension TrainingTests {
  @Suite struct PrefetcherTests {
    private func source(
      _ dataset: ProbeDataset, buffers: Int = 4, memoryRows: Int = 20
    ) throws -> BatchSource {
      try BatchSource(
        dataset,
        settings: .with {
          $0.memory = memoryRows * 36
          $0.batchSize = 5
          $0.buffers = buffers
          $0.shuffles = false
        })
    }

    /// Ten rows a window, read in one block of ten: a batch of five needs half of one.
    @Test(arguments: [1, 2, 4]) func neverReadsFurtherAheadThanItsBuffers(buffers: Int) throws {
      let dataset = ProbeDataset(count: 400, chunkRows: 10)
      let batches = try source(dataset, buffers: buffers).prefetch()
      guard let loan = try batches.next() else { throw ProbeDataset.Failure(row: 0) }
      Thread.sleep(forTimeInterval: 0.05)
      let rows = dataset.reads.withLock { $0.reduce(0) { $0 + $1.count } }
      // The batches in the buffers, and one window more.
      #expect(rows <= (5 * buffers + 9) / 10 * 10 + 10)
      let position = loan.position
      #expect(position == DataPosition())
    }

    /// What is small and in memory is filled by whoever gives a buffer back, before that goes on.
    @Test func smallBatchesAreFilledAtOnce() throws {
      let dataset = ProbeDataset(count: 100)
      let source = try source(dataset, memoryRows: 1000)
      #expect(source.fillsAtOnce)
      let line = PrefetchLine(source, from: DataPosition(), before: .max)
      line.start()
      for batch in 0..<30 {
        do {
          guard let loan = try line.next() else { continue }
          let isRight = dataset.describes(loan.batch)
          #expect(isRight, "batch \(batch)")
        }
        #expect(line.filled == 4, "after batch \(batch)")
      }
      line.cancel()
      line.join()
    }

    /// Rows that must be read first may take long, and many rows take long to be put into another order.
    @Test func othersAreFilledMeanwhile() throws {
      #expect(try !source(ProbeDataset(count: 100)).fillsAtOnce)
      #expect(try !source(ProbeDataset(count: 1 << 17), memoryRows: 1 << 18).fillsAtOnce)
    }

    @Test func buffersAreUsedAgain() throws {
      let dataset = ProbeDataset(count: 100)
      let batches = try source(dataset, buffers: 2).prefetch(epochs: 2)
      var buffers: Set<ObjectIdentifier> = []
      for _ in 0..<2 {
        while let loan = try batches.next() { buffers.insert(ObjectIdentifier(loan.batch)) }
      }
      #expect(buffers.count <= 2)
    }

    @Test func heldLoansStayAsTheyAre() throws {
      let dataset = ProbeDataset(count: 100)
      let batches = try source(dataset, buffers: 2).prefetch(epochs: 1)
      guard let held = try batches.next() else { throw ProbeDataset.Failure(row: 0) }
      var others = 0
      while let loan = try batches.next() {
        others += loan.batch === held.batch ? 0 : 1
      }
      let isIntact = dataset.describes(held.batch) && held.batch.rowNumbers == [0, 1, 2, 3, 4]
      #expect(isIntact)
      #expect(others == 19)
    }

    @Test func anErrorComesWithItsBatch() throws {
      let dataset = ProbeDataset(count: 100, chunkRows: 1, failing: 42)
      let batches = try BatchSource(
        dataset,
        settings: .with {
          $0.memory = 20 * 36
          $0.batchSize = 5
          $0.shuffles = false
        }
      ).prefetch()
      var rows: [Int] = []
      let failure = #expect(throws: ProbeDataset.Failure.self) {
        while let loan = try batches.next() { rows += loan.batch.rowNumbers }
      }
      #expect(failure == ProbeDataset.Failure(row: 42))
      #expect(rows == Array(0..<40))
      #expect(throws: ProbeDataset.Failure.self) { _ = try batches.next() }
    }

    @Test func cancelledItEnds() throws {
      let dataset = ProbeDataset(count: 1000, delay: 0.002)
      let batches = try source(dataset).prefetch()
      for _ in 0..<3 { _ = try batches.next() }
      batches.cancel()
      #expect(try batches.next() == nil)
      #expect(try batches.next() == nil)
    }

    @Test func cancellingWakesAWaitingConsumer() throws {
      let dataset = ProbeDataset(count: 1000, delay: 2)
      let batches = try source(dataset).prefetch()
      let group = DispatchGroup()
      DispatchQueue.global().async(group: group) {
        do {
          if try batches.next() == nil { return }
          Issue.record("a batch came before the end of its reading")
        } catch { Issue.record(error) }
      }
      Thread.sleep(forTimeInterval: 0.02)
      batches.cancel()
      #expect(group.wait(timeout: .now() + 100) == .success)
    }

    @Test func droppedItLeavesNothingBehind() throws {
      for round in 0..<50 {
        let dataset = ProbeDataset(count: 1000, delay: round % 5 == 0 ? 0.001 : 0)
        var batches: Prefetcher? = try source(dataset, buffers: 1 + round % 4).prefetch()
        for _ in 0..<round % 7 { _ = try batches?.next() }
        weak let watched = batches
        batches = nil
        #expect(watched == nil)
        let before = dataset.reads.withLock { $0.count }
        Thread.sleep(forTimeInterval: 0.0005)
        #expect(dataset.reads.withLock { $0.count } == before)
      }
    }

    @Test func loansOutliveTheirPrefetcher() throws {
      let dataset = ProbeDataset(count: 100)
      var batches: Prefetcher? = try source(dataset).prefetch()
      guard let loan = try batches?.next() else { throw ProbeDataset.Failure(row: 0) }
      batches = nil
      let isIntact = dataset.describes(loan.batch)
      #expect(isIntact)
    }

    @Test func waitingIsCounted() throws {
      let slow = try source(ProbeDataset(count: 100, chunkRows: 10, delay: 0.03)).prefetch()
      for _ in 0..<4 { _ = try slow.next() }
      #expect(slow.waited > 0.03)
    }

    @Test func anEpochThatDoesNotExistIsTheEnd() throws {
      let batches = try source(ProbeDataset(count: 10)).prefetch(
        from: DataPosition(epoch: 3), epochs: 3)
      #expect(try batches.next() == nil)
      #expect(try batches.next() == nil)
    }

    @Test func theNextEpochIsReadWhileThisOneIsUsed() throws {
      let dataset = ProbeDataset(count: 30, chunkRows: 10)
      let batches = try source(dataset, buffers: 4).prefetch(epochs: 2)
      for _ in 0..<5 { _ = try batches.next() }
      guard let last = try batches.next() else { throw ProbeDataset.Failure(row: 0) }
      let position = last.position
      #expect(position == DataPosition(epoch: 0, batch: 5))
      let limit = ContinuousClock.now + .seconds(100)
      while dataset.reads.withLock({ $0.count }) < 4, ContinuousClock.now < limit {
        Thread.sleep(forTimeInterval: 0.001)
      }
      let reads = dataset.reads.withLock { Array($0.prefix(4)) }
      #expect(reads == [0..<10, 10..<20, 20..<30, 0..<10])
    }
  }
}
