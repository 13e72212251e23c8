import Tensors

/// Which rows of one step count: a one or a zero for each row of a shard.
///
/// Rows are copied or cleared, never multiplied: a masked step may hold anything, infinities too.
struct StepMask {
  private let factors: UnsafePointer<Float>

  /// The mask of a step, [rows, 1].
  init(_ factors: Matrix) { self.factors = UnsafePointer(factors.base) }

  /// The mask of a step, a number for each row.
  init(_ factors: UnsafePointer<Float>) { self.factors = factors }

  /// Whether a row counts.
  func counts(_ row: Int) -> Bool { factors[row] != 0 }

  /// Takes over `source` in the rows that do not count.
  func hold(_ source: Matrix, in target: Matrix) {
    for row in 0..<target.rows where !counts(row) { target.row(row).assign(source.row(row)) }
  }

  /// Clears the rows that do not count.
  func clearMasked(_ target: Matrix) {
    for row in 0..<target.rows where !counts(row) { target.row(row).fill(0) }
  }

  /// Clears the rows that count.
  func clearCounting(_ target: Matrix) {
    for row in 0..<target.rows where counts(row) { target.row(row).fill(0) }
  }

  /// Adds `source` in the rows that count.
  func addCounting(_ source: Matrix, to target: Matrix) {
    for row in 0..<target.rows where counts(row) { target.row(row).add(source.row(row)) }
  }
}

extension Matrix {
  fileprivate func row(_ index: Int) -> Matrix { rows(index..<index + 1) }
}
