import CPlatform

/// sums[n] += Σ x[m, n] over rows: the gradient of a bias; x [rows, columns], rows `stride` floats apart.
///
/// The rows are taken in blocks of `rowsPerSum`, counted from the first; each block is summed by rising row,
/// and its sum is added to `sums`.
public func addColumnSums(
  rows: Int, columns: Int, _ x: UnsafePointer<Float>, stride rowStride: Int,
  to sums: UnsafeMutablePointer<Float>
) {
  for first in stride(from: 0, to: rows, by: rowsPerSum) {
    let block = ColumnSums(
      rows: min(rowsPerSum, rows - first), columns: columns, x: x + first * rowStride,
      rowStride: rowStride, sums: sums)
    block.run()
  }
}

/// The sums of columns over a block of rows.
private struct ColumnSums: ColumnPass {
  let rows: Int
  let columns: Int
  let x: UnsafePointer<Float>
  let rowStride: Int
  let sums: UnsafeMutablePointer<Float>

  static var most: Int { 8 }

  @inline(__always)
  func run<let vectors: Int>(_ part: RowPart<vectors>, from column: Int) {
    var total = Numbers<vectors>()
    var row = x + column
    for _ in 0..<rows {
      total.add(part.load(row))
      row += rowStride
    }
    total.add(part.load(sums + column))
    part.store(total, sums + column)
  }
}

/// Σ x² in double precision.
///
/// The order is fixed by `count` alone: 16 sums side by side, then added up from halves.
public func sumOfSquares(count: Int, _ x: UnsafePointer<Float>) -> Double {
  var sum = SumOfSquares(count: count, x)
  sum.add(0..<count)
  return sum.total
}

/// The same, to the bit, of numbers of which all but some runs are zero.
public struct SumOfSquares {
  private let count: Int
  private let x: UnsafePointer<Float>
  private var sums = SIMD16<Double>(repeating: 0)
  /// The end of what is added.
  private var end = 0

  /// The sum over `count` numbers, of which none is added yet.
  public init(count: Int, _ x: UnsafePointer<Float>) {
    self.count = count
    self.x = x
  }

  /// Adds the squares of a run behind those before, and of what shares a vector with its ends.
  public mutating func add(_ run: Range<Int>) {
    let first = max(run.lowerBound / lanesPerVector * lanesPerVector, end)
    end = max(min(vectorCount(run.upperBound) * lanesPerVector, count), first)
    var sums = sums
    forEachVector(end - first) { place, lanes in
      // (A product of two floats has no rounding in double precision, so fused or not is the same.)
      let values = doubles(loadInOrder(x + first + place, lanes))
      sums.addProduct(values, values)
    }
    self.sums = sums
  }

  /// The sum.
  public var total: Double { Kernels.total(sums) }
}

/// x += y for `count` numbers, and Σ x² and Σ y² of what they were before.
///
/// The sums are those of blocks of 1,024 in single precision, added up in double precision: within a
/// millionth of `sumOfSquares`, and hardly slower than `add`.
public func addMeasured(
  count: Int, _ y: UnsafePointer<Float>, to x: UnsafeMutablePointer<Float>
) -> (x: Double, y: Double) {
  var sums = (x: 0.0, y: 0.0)
  for first in stride(from: 0, to: count, by: 1024) {
    let (x, y) = (x + first, y + first)
    var (left, right) = (Vector(repeating: 0), Vector(repeating: 0))
    forEachVector(min(1024, count - first)) { place, lanes in
      let (a, b) = (loadInOrder(x + place, lanes), loadInOrder(y + place, lanes))
      left = a.times(a, plus: left)
      right = b.times(b, plus: right)
      storeInOrder(a + b, x + place, lanes)
    }
    sums = (sums.x + total(doubles(left)), sums.y + total(doubles(right)))
  }
  return sums
}

/// Σ x ⊙ y in double precision, in the order of `sumOfSquares`.
public func dot(count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>) -> Double {
  sumInDouble(count) { place, lanes in
    doubles(loadInOrder(x + place, lanes)) * doubles(loadInOrder(y + place, lanes))
  }
}

/// Σ x in double precision, in the order of `sumOfSquares`.
public func sum(count: Int, _ x: UnsafePointer<Float>) -> Double {
  sumInDouble(count) { place, lanes in doubles(loadInOrder(x + place, lanes)) }
}

/// The place of the first of `count` numbers that is above zero, or `count` if none is; none may be below.
public func firstPositive(count: Int, _ x: UnsafePointer<Float>) -> Int {
  var place = 0
  while place + 4 * lanesPerVector <= count {
    var sum = load(x + place)
    for v in 1..<4 { sum += load(x + place + v * lanesPerVector) }
    if sum.sum > 0 { break }
    place += 4 * lanesPerVector
  }
  while place < count, x[place] == 0 { place += 1 }
  return place
}

/// The place of the first NaN or infinity among `count` numbers, or -1 if all are finite.
public func firstNonFinite(count: Int, _ x: UnsafePointer<Float>) -> Int {
  var place = 0
  while place < count {
    let length = min(1024, count - place)
    // 0 · x is 0 for finite x and NaN for others; one NaN makes the whole sum NaN.
    var sum = Vector(repeating: 0)
    forEachVector(length) { offset, lanes in sum += 0 * load(x + place + offset, lanes) }
    if sum.sum.isNaN {
      for index in place..<place + length where !x[index].isFinite { return index }
    }
    place += length
  }
  return -1
}

@_transparent
func doubles(_ x: Vector) -> SIMD16<Double> { lockstep_doubles(x) }

@_transparent
func singles(_ x: SIMD16<Double>) -> Vector { lockstep_singles(x) }

/// A sum in double precision in an order that `count` fixes; the terms are in the order of the lanes.
@_transparent
func sumInDouble(
  _ count: Int, _ term: (_ place: Int, _ lanes: Int) -> SIMD16<Double>
) -> Double {
  var sums = SIMD16<Double>(repeating: 0)
  forEachVector(count) { place, lanes in sums += term(place, lanes) }
  return total(sums)
}

/// The sum of all lanes, by halves.
@_transparent
func total(_ sums: SIMD16<Double>) -> Double {
  let eight = sums.lowHalf + sums.highHalf
  let four = eight.lowHalf + eight.highHalf
  return (four[0] + four[2]) + (four[1] + four[3])
}
