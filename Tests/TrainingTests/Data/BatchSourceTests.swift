import Networks
import Testing
import Training

extension TrainingTests {
  @Suite struct BatchSourceTests {
    @Test(arguments: [1000, 60, 16]) func batchesAreWhatTheOrderSays(memoryRows: Int) throws {
      for weights in [0, 1, 3] {
        let dataset = ProbeDataset(count: 100, weights: weights, chunkRows: 5)
        let rows = RowSet(of: 100) { $0 % 6 != 4 && $0 != 99 }
        let source = try probeSource(dataset, rows: rows, memoryRows: memoryRows)
        let found = try rowNumbers(of: source, dataset, epochs: 3)
        let expected = (0..<3).flatMap { epoch in
          (0..<source.order.batchCount).map { source.order.epoch(epoch).rows(ofBatch: $0) }
        }
        #expect(found == expected)
        #expect(found.last?.count == rows.count % 7)
      }
    }

    /// Blocks of about 1 MiB, several at once, of which not all rows are wanted.
    @Test(arguments: [200_000, 60_000]) func blocksReadAtOnceAreTheSame(memoryRows: Int) throws {
      let rows = RowSet(of: 150_000) { $0 % 6 != 4 }
      let batches = try [false, true].map { canReadAtOnce in
        let dataset = ProbeDataset(count: 150_000, chunkRows: 100, canReadAtOnce: canReadAtOnce)
        let source = try probeSource(dataset, rows: rows, memoryRows: memoryRows) {
          $0.batchSize = 10_000
        }
        return try rowNumbers(of: source, dataset, epochs: 2)
      }
      #expect(batches[0] == batches[1])
      #expect(batches[0].flatMap { $0 }.count == 2 * rows.count)
    }

    @Test func theFirstOfSeveralFailuresIsReported() throws {
      let dataset = ProbeDataset(count: 200_000, failing: 7, canReadAtOnce: true)
      let source = try probeSource(dataset, memoryRows: 300_000)
      #expect(throws: ProbeDataset.Failure(row: 7)) {
        _ = try source.prefetch(epochs: 1).next()
      }
    }

    @Test(arguments: [1000, 40]) func resumedAnywhereItIsTheSame(memoryRows: Int) throws {
      let dataset = ProbeDataset(count: 60, chunkRows: 4)
      let whole = try rowNumbers(
        of: probeSource(dataset, memoryRows: memoryRows), dataset, epochs: 3)
      for start in 0...whole.count {
        let position = DataPosition(epoch: start / 9, batch: start % 9)
        let source = try probeSource(dataset, memoryRows: memoryRows)
        #expect(source.order.batchCount == 9)
        let rest = try rowNumbers(of: source, dataset, from: position, epochs: 3)
        #expect(rest == Array(whole[start...]))
      }
      // The end of an epoch is a position too.
      let end = DataPosition(epoch: 0, batch: 9)
      let rest = try rowNumbers(
        of: probeSource(dataset, memoryRows: memoryRows), dataset, from: end, epochs: 3)
      #expect(rest == Array(whole[9...]))
    }

    @Test func residentRowsAreReadOnce() throws {
      let dataset = ProbeDataset(count: 50)
      let source = try probeSource(dataset, memoryRows: 1000)
      _ = try rowNumbers(of: source, dataset, epochs: 3)
      _ = try rowNumbers(of: source, dataset, epochs: 2)
      #expect(dataset.reads.withLock { $0 } == [0..<50])
    }

    @Test func streamedRowsAreReadOnceAnEpochInWholeBlocks() throws {
      let dataset = ProbeDataset(count: 1000, width: 2000, chunkRows: 25)
      let source = try BatchSource(
        dataset,
        settings: .with {
          $0.memory = 450 * 8024
          $0.batchSize = 30
        })
      #expect(source.order.blockRows == 125)
      _ = try rowNumbers(of: source, dataset, epochs: 2)
      let reads = dataset.reads.withLock { $0 }
      let blocks = stride(from: 0, to: 1000, by: 125).map { $0..<$0 + 125 }
      for epoch in [reads.prefix(8), reads.suffix(8)] {
        #expect(epoch.sorted { $0.lowerBound < $1.lowerBound } == blocks)
      }
      #expect(reads.count == 16)
    }

    @Test func seekingReadsOneWindowOnly() throws {
      let dataset = ProbeDataset(count: 1000, chunkRows: 10)
      let source = try probeSource(dataset, memoryRows: 200)
      let batches = source.prefetch(from: DataPosition(epoch: 5, batch: 60), epochs: 6)
      guard let loan = try batches.next() else { throw ProbeDataset.Failure(row: 0) }
      let numbers = loan.batch.rowNumbers
      batches.cancel()
      #expect(numbers == source.order.epoch(5).rows(ofBatch: 60))
      let first = dataset.reads.withLock { $0.reduce(0) { $0 + $1.count } }
      // The window, and at most the next one.
      #expect(first <= 200)
    }

    @Test func notices() throws {
      let few = try probeSource(ProbeDataset(count: 5), memoryRows: 100)
      #expect(
        few.notices == [
          "'probe' gives 5 rows, fewer than a batch of 7: each epoch is one short batch"
        ])
      let coarse = try probeSource(ProbeDataset(count: 500, chunkRows: 400), memoryRows: 100)
      #expect(coarse.notices.count == 1 && coarse.notices[0].contains("chunks of 400 rows"))
      #expect(try probeSource(ProbeDataset(count: 50), memoryRows: 100).notices == [])
    }

    @Test func impossibleSettings() {
      let dataset = ProbeDataset(count: 5, width: 1 << 26)
      #expect(
        sentence { _ = try BatchSource(dataset) }.contains("raise the memory setting"))
      let text = sentence {
        _ = try BatchSource(
          ProbeDataset(count: 1 << 40, width: 1 << 10),
          rows: nil, settings: .with { $0.batchSize = 0 })
      }
      #expect(text.contains("a batch size of 0"))
      let large = sentence {
        _ = try BatchSource(
          ProbeDataset(count: 1 << 15, width: 1 << 20),
          settings: .with {
            $0.batchSize = 1 << 15
            $0.memory = 1 << 30
          })
      }
      #expect(large.contains("more than half of this machine's memory; lower the batch size"))
    }

    @Test func arraysAsData() throws {
      let shape = SampleShape(input: Shape([2, 1]), target: Shape([1]))
      let dataset = try MemoryDataset(
        inputs: [1, 2, 3, 4, 5, 6], targets: [7, 8, 9], shape: shape)
      let batches = try BatchSource(dataset, settings: .with { $0.shuffles = false }).prefetch()
      guard let loan = try batches.next() else { throw ProbeDataset.Failure(row: 0) }
      let (inputs, targets) = (loan.batch.inputs.values, loan.batch.targets.values)
      #expect(inputs == [1, 2, 3, 4, 5, 6])
      #expect(targets == [7, 8, 9])
      let text = sentence {
        _ = try MemoryDataset(inputs: [1, 2, 3, 4], targets: [1], shape: shape)
      }
      #expect(text.contains("there are 1 numbers for the targets; expected 2 for 2 rows"))
    }
  }
}
