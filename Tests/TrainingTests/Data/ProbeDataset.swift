import Foundation
import Networks
import Testing
import Training

import class HDF5.Locked

/// Rows that say which row they are, and a record of what was read.
final class ProbeDataset: Dataset {
  struct Failure: Error, Equatable { let row: Int }

  let name = "probe"
  let count: Int
  let shape: SampleShape
  let chunkRows: Int
  let fingerprint = ""
  let canReadAtOnce: Bool
  /// The rows read so far, range by range.
  let reads = Locked<[Range<Int>]>([])
  private let failing: Int?
  private let delay: TimeInterval

  init(
    count: Int, width: Int = 3, weights: Int = 0, chunkRows: Int = 1, failing: Int? = nil,
    delay: TimeInterval = 0, canReadAtOnce: Bool = false
  ) {
    self.canReadAtOnce = canReadAtOnce
    self.count = count
    self.chunkRows = chunkRows
    self.failing = failing
    self.delay = delay
    shape = SampleShape(input: Shape([width]), target: Shape([2]), weights: weights)
  }

  func read(rows: Range<Int>, into memory: RowMemory) throws {
    reads.withLock { $0.append(rows) }
    if delay > 0 { Thread.sleep(forTimeInterval: delay) }
    if let failing, rows.contains(failing) { throw Failure(row: failing) }
    for (place, row) in rows.enumerated() {
      let width = shape.input.count
      for column in 0..<width { memory.inputs[place * width + column] = Float(row * 10 + column) }
      for column in 0..<2 { memory.targets[place * 2 + column] = -Float(row + column) }
      for column in 0..<shape.weights {
        memory.weights[place * shape.weights + column] = Float(row) / 4 + Float(column)
      }
    }
  }

  func title(of part: SamplePart) -> String { "the \(part) of probe" }

  /// Whether a batch holds what its row numbers say.
  func describes(_ batch: Batch) -> Bool {
    let (width, weights) = (shape.input.count, shape.weights)
    return batch.rowNumbers.count == batch.rows
      && batch.rowNumbers.enumerated().allSatisfy { place, row in
        (0..<width).allSatisfy { batch.inputs.base[place * width + $0] == Float(row * 10 + $0) }
          && (0..<2).allSatisfy { batch.targets.base[place * 2 + $0] == -Float(row + $0) }
          && (0..<weights).allSatisfy {
            batch.weights.base[place * weights + $0] == Float(row) / 4 + Float($0)
          }
      }
  }
}

extension DataSettings {
  /// Settings that differ from the defaults in some points.
  static func with(_ change: (inout DataSettings) -> Void) -> DataSettings {
    var settings = DataSettings()
    change(&settings)
    return settings
  }
}

/// Batches of seven rows, with memory for so many: a row of the probe takes 20 bytes of floats and 16 for
/// its place.
func probeSource(
  _ dataset: any Training.Dataset, rows: RowSet? = nil, memoryRows: Int,
  _ change: (inout DataSettings) -> Void = { _ in }
) throws -> BatchSource {
  try BatchSource(
    dataset, rows: rows,
    settings: .with {
      $0.memory = memoryRows * 36
      $0.batchSize = 7
      change(&$0)
    })
}

/// The row numbers of each batch from a position on; checks positions and contents.
func rowNumbers(
  of source: BatchSource, _ dataset: ProbeDataset, from start: DataPosition = DataPosition(),
  epochs: Int
) throws -> [[Int]] {
  let prefetcher = source.prefetch(from: start, epochs: epochs)
  var found: [[Int]] = []
  var isRight = true
  for epoch in start.epoch..<epochs {
    var batch = epoch == start.epoch ? start.batch : 0
    while let loan = try prefetcher.next() {
      isRight = isRight && loan.position == DataPosition(epoch: epoch, batch: batch)
      isRight = isRight && dataset.describes(loan.batch)
      found.append(loan.batch.rowNumbers)
      batch += 1
    }
    isRight = isRight && batch == source.order.batchCount
  }
  #expect(isRight)
  #expect(try prefetcher.next() == nil)
  return found
}

/// The sentence of whatever is thrown.
func sentence(of body: () throws -> Void) -> String {
  do { try body() } catch { return "\(error)" }
  return "nothing was thrown"
}
