import Kernels

/// Copies samples [rows, T, features] from batch-major memory into a time-major [T·rows, features].
public func timeMajor(
  _ source: UnsafePointer<Float>, rows: Int, steps: Int, into target: Matrix
) {
  precondition(target.rows == rows * steps && target.stride == target.columns)
  copyToTimeMajor(
    rows: rows, steps: steps, features: target.columns, source, into: target.base)
}

/// Copies a time-major [T·rows, features] into samples [rows, T, features] in batch-major memory.
public func batchMajor(
  _ source: Matrix, rows: Int, steps: Int, into target: UnsafeMutablePointer<Float>
) {
  precondition(source.rows == rows * steps && source.stride == source.columns)
  copyToBatchMajor(
    rows: rows, steps: steps, features: source.columns, source.base, into: target)
}
