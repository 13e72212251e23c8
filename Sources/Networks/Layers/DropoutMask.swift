import Kernels
import Tensors

/// Inverted dropout: one factor, 0 or 1/(1-rate), for each row and column of a shard.
struct DropoutMask: Sendable {
  private let extent: Extent
  private let columns: Int
  private let rate: Float
  private let stream: UInt32

  /// A mask of `columns` factors a row.
  init(columns: Int, rate: Double, _ blueprint: inout Blueprint) {
    extent = blueprint.scratch(perRow: columns)
    stream = blueprint.noiseStream()
    self.columns = columns
    self.rate = Float(rate)
  }

  /// Draws the factors of a shard.
  func draw(_ pass: borrowing Pass) {
    dropoutMask(
      rows: pass.rows, columns: columns, firstRow: pass.noise.row, rate: rate,
      key: pass.noise.key, step: pass.noise.step, stream: stream,
      into: pass.workspace.base + extent.offset)
  }

  /// y = x ⊙ mask for each of the time steps in x; x and y may be the same.
  func apply(_ x: Matrix, into y: Matrix, _ pass: borrowing Pass) {
    let mask = pass.scratch(extent, columns: columns)
    for step in stride(from: 0, to: x.rows, by: pass.rows) {
      let range = step..<step + pass.rows
      y.rows(range).assignProduct(x.rows(range), mask)
    }
  }

  /// y = x ⊙ mask where the mask covers all steps of a sample, [rows, T·features]: step t of a row
  /// takes the columns of t.
  func applyAcrossSteps(_ x: Matrix, into y: Matrix, _ pass: borrowing Pass) {
    let mask = pass.scratch(extent, columns: columns)
    for step in 0..<columns / max(x.columns, 1) {
      let range = step * pass.rows..<(step + 1) * pass.rows
      let part = mask.columns(step * x.columns..<(step + 1) * x.columns)
      y.rows(range).assignProduct(x.rows(range), part)
    }
  }

  /// Checks a rate that a user gave.
  static func check(_ rate: Double, _ name: String) throws(NetworkError) {
    guard rate >= 0, rate < 1 else {
      throw NetworkError("\(name) must be at least 0 and below 1, not \(rate).")
    }
  }
}
