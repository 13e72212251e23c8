import Networks
import TestSupport
import Training

/// Random samples in memory, cut into batches as an epoch does.
struct Samples {
  let shape: SampleShape
  var inputs: [Float]
  var targets: [Float]
  var weights: [Float]
  let count: Int

  /// Samples with inputs and targets in [-1, 1), and weights, if any, in [0, 2).
  init(_ count: Int, _ shape: SampleShape, seed: UInt64 = 3) {
    var random = SeededRandom(seed: seed)
    self.count = count
    self.shape = shape
    inputs = random.floats(count * shape.inputCount)
    targets = random.floats(count * shape.targetCount)
    weights = random.floats(count * shape.weights, in: 0...2)
  }

  /// Some rows as a batch.
  func batch(_ rows: Range<Int>) -> Batch {
    let batch = Batch(shape, capacity: rows.count)
    batch.rows = rows.count
    batch.rowNumbers = Array(rows)
    for (arena, source, width) in [
      (batch.inputs, inputs, shape.inputCount), (batch.targets, targets, shape.targetCount),
      (batch.weights, weights, shape.weights),
    ] {
      for (index, number) in source[rows.lowerBound * width..<rows.upperBound * width].enumerated()
      { arena.base[index] = number }
    }
    return batch
  }

  /// All rows in batches; the last may be short.
  func batches(of size: Int) -> [Batch] {
    stride(from: 0, to: count, by: size).map { batch($0..<min($0 + size, count)) }
  }
}
