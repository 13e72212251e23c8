import Kernels

// Arithmetic between matrices of the same extents. Matrices whose rows follow each other are one
// run of floats; others (a gate's columns, a step's columns) go row by row.

extension Matrix {
  /// self = x.
  public func assign(_ x: Matrix) {
    forEachRun(x) { count, y, x, _ in y.update(from: x, count: count) }
  }

  /// self = value.
  public func fill(_ value: Float) {
    forEachRun(self) { count, y, _, _ in Kernels.fill(count: count, value, y) }
  }

  /// self += x.
  public func add(_ x: Matrix) {
    forEachRun(x) { count, y, x, _ in Kernels.add(count: count, y, x, into: y) }
  }

  /// self -= x.
  public func subtract(_ x: Matrix) {
    forEachRun(x) { count, y, x, _ in Kernels.subtract(count: count, y, x, into: y) }
  }

  /// self = a ⊙ b; either may be self.
  public func assignProduct(_ a: Matrix, _ b: Matrix) {
    forEachRun(a, b) { count, y, a, b in multiplyElements(count: count, a, b, into: y) }
  }

  /// self += a ⊙ b.
  public func addProduct(_ a: Matrix, _ b: Matrix) {
    forEachRun(a, b) { count, y, a, b in Kernels.addProduct(count: count, a, b, to: y) }
  }

  /// Adds the sum of each column to `sums`, which holds as many floats as there are columns.
  public func addColumnSums(to sums: UnsafeMutablePointer<Float>) {
    Kernels.addColumnSums(rows: rows, columns: columns, base, stride: stride, to: sums)
  }

  private func forEachRun(
    _ a: Matrix, _ b: Matrix? = nil,
    _ body: (
      Int, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
    ) -> Void
  ) {
    let b = b ?? a
    precondition(
      a.rows == rows && a.columns == columns && b.rows == rows && b.columns == columns,
      "matrices of [\(rows), \(columns)], [\(a.rows), \(a.columns)] and [\(b.rows), \(b.columns)]")
    if stride == columns, a.stride == columns, b.stride == columns {
      return body(count, base, a.base, b.base)
    }
    for row in 0..<rows {
      body(columns, base + row * stride, a.base + row * a.stride, b.base + row * b.stride)
    }
  }
}
