import Kernels

/// A view of floats as rows of equal length, row-major; owns nothing and never allocates.
public struct Matrix {
  /// The first float of the first row.
  public let base: UnsafeMutablePointer<Float>
  /// How many rows there are.
  public let rows: Int
  /// How many floats of a row belong to the matrix.
  public let columns: Int
  /// How many floats lie between the starts of two neighbouring rows.
  public let stride: Int

  /// A view of `rows` × `columns` floats; rows follow each other unless a stride says otherwise.
  public init(
    _ base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int? = nil
  ) {
    precondition(rows >= 0 && columns >= 0 && (stride ?? columns) >= columns)
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  /// How many floats the matrix has.
  public var count: Int { rows * columns }

  /// The rows of a range, as a view.
  public func rows(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows)
    return Matrix(
      base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// The columns of a range, as a view.
  public func columns(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns)
    return Matrix(base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }
}

/// A right-hand side of products, packed once into the order in which the inner loops read it.
public struct Panels {
  /// The packed floats.
  public let base: UnsafePointer<Float>
  /// The rows of the packed matrix: what a product sums over.
  public let depth: Int
  /// The columns of the packed matrix: the columns of a product.
  public let columns: Int

  /// A view of floats that `pack(_:transposed:into:)` wrote.
  public init(_ base: UnsafePointer<Float>, depth: Int, columns: Int) {
    self.base = base
    self.depth = depth
    self.columns = columns
  }

  /// How many floats the panels of a `depth` × `columns` matrix take.
  public static func count(depth: Int, columns: Int) -> Int {
    packedCount(depth: depth, columns: columns)
  }
}

/// Packs a matrix, or its transpose, into `target`, which has room for `Panels.count` floats.
public func pack(_ matrix: Matrix, transposed: Bool, into target: UnsafeMutablePointer<Float>) {
  packRight(
    matrix.base, depth: transposed ? matrix.columns : matrix.rows,
    columns: transposed ? matrix.rows : matrix.columns, stride: matrix.stride,
    transposed: transposed, into: target)
}

extension Matrix {
  /// self = left · right, or self = left · right + bias on every row.
  public func assign(_ left: Matrix, times right: Panels, bias: UnsafePointer<Float>? = nil) {
    check(left, right)
    if let bias {
      multiply(
        rows: rows, columns: columns, depth: right.depth, left.base, aStride: left.stride,
        packed: right.base, bias: bias, base, cStride: stride)
    } else {
      multiply(
        rows: rows, columns: columns, depth: right.depth, left.base, aStride: left.stride,
        packed: right.base, base, cStride: stride, accumulating: false)
    }
  }

  /// self = first · row + bias + left · right, where `first` has one column; without `first · row` on its way
  /// through memory.
  public func assign(
    _ first: Matrix, times row: Panels, bias: UnsafePointer<Float>, plus left: Matrix,
    times right: Panels
  ) {
    check(first, row)
    check(left, right)
    precondition(row.depth == 1)
    multiply(
      rows: rows, columns: columns, depth: right.depth, left.base, aStride: left.stride,
      packed: right.base, on: first.base, xStride: first.stride, packedRow: row.base, bias: bias,
      base, cStride: stride)
  }

  /// self += left · right.
  public func add(_ left: Matrix, times right: Panels) {
    check(left, right)
    multiply(
      rows: rows, columns: columns, depth: right.depth, left.base, aStride: left.stride,
      packed: right.base, base, cStride: stride, accumulating: true)
  }

  /// self += leftᵀ · right: the gradient of a kernel from its inputs and its outputs' gradient.
  ///
  /// Unless `accumulating`, self is taken for zeros, to the bit, whatever it holds; there are rows then.
  /// The sums of right's columns are added to `columnSums` if it is given: the gradient of a bias.
  /// `scratch` has room for `Matrix.transposedScratch(rows:)` floats.
  public func add(
    transposed left: Matrix, times right: Matrix,
    columnSums: UnsafeMutablePointer<Float>? = nil, scratch: UnsafeMutablePointer<Float>,
    accumulating: Bool = true
  ) {
    precondition(accumulating || left.rows > 0)
    precondition(left.rows == right.rows && left.columns == rows && right.columns == columns)
    multiplyTransposed(
      rows: left.rows, left: rows, right: columns, left.base, aStride: left.stride, right.base,
      bStride: right.stride, base, cStride: stride, columnSums: columnSums, scratch: scratch,
      accumulating: accumulating)
  }

  /// How many floats of scratch a transposed product with `rows` rows needs.
  public static func transposedScratch(rows: Int) -> Int {
    transposedProductScratchCount(left: rows)
  }

  private func check(_ left: Matrix, _ right: Panels) {
    precondition(
      left.rows == rows && left.columns == right.depth && right.columns == columns,
      "a product of [\(left.rows), \(left.columns)] and [\(right.depth), \(right.columns)] "
        + "does not fit [\(rows), \(columns)]")
  }
}
