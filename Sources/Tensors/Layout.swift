import Kernels

/// Copies samples [rows, T, features] from batch-major memory into a time-major [T·rows, features];
/// samples start `stride` floats apart, or follow each other if that is nil.
public func timeMajor(
  _ source: UnsafePointer<Float>, rows: Int, steps: Int, stride: Int? = nil, into target: Matrix
) {
  precondition(target.rows == rows * steps && target.stride == target.columns)
  copyToTimeMajor(
    rows: rows, steps: steps, features: target.columns, source, stride: stride, into: target.base)
}

/// Copies a time-major [T·rows, features] into samples [rows, T, features] in batch-major memory,
/// `stride` floats apart, or one after the other if that is nil.
public func batchMajor(
  _ source: Matrix, rows: Int, steps: Int, into target: UnsafeMutablePointer<Float>,
  stride: Int? = nil
) {
  precondition(source.rows == rows * steps && source.stride == source.columns)
  copyToBatchMajor(
    rows: rows, steps: steps, features: source.columns, source.base, into: target, stride: stride)
}
