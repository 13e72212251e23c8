import Kernels
import Tensors

/// Normal numbers for each row and column of a shard, addressed as the masks of dropout are.
struct GaussianField: Sendable {
  private let extent: Extent
  private let columns: Int
  private let mean: Float
  private let deviation: Float
  private let stream: UInt32

  /// A field of `columns` numbers a row.
  init(columns: Int, mean: Double, deviation: Double, _ blueprint: inout Blueprint) {
    extent = blueprint.scratch(perRow: columns)
    stream = blueprint.noiseStream()
    self.columns = columns
    self.mean = Float(mean)
    self.deviation = Float(deviation)
  }

  /// Draws the numbers of a shard.
  func draw(_ pass: borrowing Pass) {
    gaussianNoise(
      rows: pass.rows, columns: columns, firstRow: pass.noise.row, mean: mean,
      deviation: deviation, key: pass.noise.key, step: pass.noise.step, stream: stream,
      into: pass.workspace.base + extent.offset)
  }

  /// The numbers of a time step of `features` columns.
  func step(_ step: Int, features: Int, _ pass: borrowing Pass) -> Matrix {
    pass.scratch(extent, columns: columns).columns(step * features..<(step + 1) * features)
  }
}
