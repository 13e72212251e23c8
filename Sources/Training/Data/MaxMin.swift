import Networks
import Tensors

/// The first job: the largest and the smallest number of a sequence.
///
/// x is uniform in [-1, 1); each row is scaled by a factor in [0.5, 1.5) and shifted by one number in
/// [-1, 1); y = (max, min). Every row is a function of the seed and its number.
public struct MaxMin: Sendable {
  /// What the numbers are a function of.
  public let seed: UInt64
  /// The numbers of a sequence.
  public let steps: Int

  /// The job with a seed, with sequences of 60 numbers unless told otherwise.
  public init(seed: UInt64 = 0, steps: Int = 60) {
    precondition(steps > 0, "a sequence has a largest number")
    self.seed = seed
    self.steps = steps
  }

  /// The extents of a sample: [steps, 1] and [2].
  public var shape: SampleShape { SampleShape(input: Shape([steps, 1]), target: Shape([2])) }

  /// Writes one row.
  ///
  /// - Parameters:
  ///   - row: its number.
  ///   - x: [steps]
  ///   - y: [2]
  public func fill(
    row: Int, x: UnsafeMutablePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    var random = RandomStream(seed: seed, stream: DataStream.generated(row: row))
    let factor = 0.5 + random.uniform()
    let shift = 2 * random.uniform() - 1
    for step in 0..<steps { x[step] = Float((2 * random.uniform() - 1) * factor + shift) }
    (y[0], y[1]) = (x[0], x[0])
    for step in 1..<steps {
      y[0] = max(y[0], x[step])
      y[1] = min(y[1], x[step])
    }
  }

  /// Writes rows 0 ..< count to an HDF5 file as `/x` [count, steps, 1] and `/y` [count, 2].
  ///
  /// - Parameters:
  ///   - count: how many rows.
  ///   - path: where the file will be.
  ///   - gzip: how hard to pack, from 1 to 9, or nil not to.
  /// - Throws: `HDF5Error` or `TrainingError` if the file cannot be written.
  public func write(rows count: Int, to path: String, gzip: Int? = nil) throws {
    let writer = try DatasetWriter(path: path, shape: shape, gzip: gzip)
    let store = RowStore(shape, capacity: writer.chunkRows)
    for first in stride(from: 0, to: count, by: writer.chunkRows) {
      let rows = min(writer.chunkRows, count - first)
      for row in 0..<rows {
        let memory = store.memory(from: row)
        fill(row: first + row, x: memory.inputs, y: memory.targets)
      }
      try writer.append(rows, from: store.memory(from: 0))
    }
    try writer.finish()
  }
}
