/// Householder's QR decomposition of a tall matrix (Householder 1958), in double precision.
///
/// Column k is made zero below the diagonal by the reflection I - βvvᵀ; what is kept is every v
/// (zero above k) and its β, and from them the columns of Q. A column is brought up to date only
/// when its turn comes, four columns at a time, so that each v is read once for four of them.
/// All sums run over eight lanes in a fixed order: the same bits on every machine.
struct Reflections: ~Copyable {
  private typealias Lanes = SIMD8<Double>
  private typealias Column = UnsafeMutablePointer<Lanes>

  private static let group = 4

  private let length: Int
  private let count: Int
  /// The eights of a column; its end is filled up with zeros.
  private let height: Int
  private let columns: Column
  private var scales: [Double]
  /// The signs of R's diagonal.
  private var signs: [Double]

  /// Decomposes a matrix of `count` columns of `length` numbers, with `next` for each number.
  init(length: Int, count: Int, next: () -> Double) {
    precondition(length >= count, "the matrix has more columns than rows")
    self.length = length
    self.count = count
    height = (length + 7) / 8
    scales = [Double](repeating: 0, count: count)
    signs = [Double](repeating: 1, count: count)
    // A whole number of groups: the columns that do not exist stay zero.
    let capacity = (count + Self.group - 1) / Self.group * Self.group * height
    columns = .allocate(capacity: max(capacity, 1))
    columns.initialize(repeating: .zero, count: max(capacity, 1))
    for column in 0..<count {
      for row in 0..<length { self.column(column)[row / 8][row % 8] = next() }
    }
    for first in stride(from: 0, to: count, by: Self.group) { reduceGroup(first) }
  }

  deinit { columns.deallocate() }

  /// Calls `body` with every column of Q in turn, with the signs that make R's diagonal positive.
  func forEachBasisVector(_ body: (_ index: Int, _ numbers: UnsafePointer<Double>) -> Void) {
    let group = Column.allocate(capacity: Self.group * height)
    defer { group.deallocate() }
    for first in stride(from: 0, to: count, by: Self.group) {
      let present = min(Self.group, count - first)
      group.initialize(repeating: .zero, count: Self.group * height)
      for index in 0..<present {
        let row = first + index
        group[index * height + row / 8][row % 8] = signs[row]
      }
      for reflection in (0..<first + present).reversed() { apply(reflection, to: group) }
      for index in 0..<present {
        let numbers = UnsafeRawPointer(group + index * height)
        body(first + index, numbers.assumingMemoryBound(to: Double.self))
      }
    }
  }

  private func column(_ index: Int) -> Column { columns + index * height }

  /// Brings four columns up to date and finds their reflections.
  private mutating func reduceGroup(_ first: Int) {
    for reflection in 0..<first { apply(reflection, to: column(first)) }
    for index in first..<min(first + Self.group, count) {
      setReflection(index)
      // The columns of the group left of this one are reflections by now and stay as they are.
      for other in index + 1..<first + Self.group { apply(index, toOne: column(other)) }
    }
  }

  /// Turns what is below the diagonal of an up-to-date column into its reflection.
  private mutating func setReflection(_ index: Int) {
    let v = column(index)
    for row in index / 8 * 8..<index { v[row / 8][row % 8] = 0 }
    for eight in 0..<index / 8 { v[eight] = .zero }
    var squares = Lanes.zero
    for eight in index / 8..<height { squares += v[eight] * v[eight] }
    let norm = squares.sum().squareRoot()
    guard norm > 0 else { return }
    let diagonal = v[index / 8][index % 8]
    // Away from the diagonal's sign, so that nothing cancels; R's diagonal gets the other sign.
    signs[index] = diagonal < 0 ? 1 : -1
    v[index / 8][index % 8] = diagonal < 0 ? diagonal - norm : diagonal + norm
    scales[index] = 1 / (norm * (norm + abs(diagonal)))
  }

  /// c ← c - v·β(vᵀc) for one column c.
  private func apply(_ reflection: Int, toOne c: Column) {
    let v = column(reflection)
    let range = reflection / 8..<height
    var sum = Lanes.zero
    for eight in range { sum += v[eight] * c[eight] }
    let factor = Lanes(repeating: scales[reflection] * sum.sum())
    for eight in range { c[eight] -= factor * v[eight] }
  }

  /// c ← c - v·β(vᵀc) for four columns c that follow each other.
  private func apply(_ reflection: Int, to c0: Column) {
    let (c1, c2, c3) = (c0 + height, c0 + 2 * height, c0 + 3 * height)
    let v = column(reflection)
    let range = reflection / 8..<height
    var (sum0, sum1, sum2, sum3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    for eight in range {
      sum0 += v[eight] * c0[eight]
      sum1 += v[eight] * c1[eight]
      sum2 += v[eight] * c2[eight]
      sum3 += v[eight] * c3[eight]
    }
    let scale = scales[reflection]
    let (f0, f1) = (Lanes(repeating: scale * sum0.sum()), Lanes(repeating: scale * sum1.sum()))
    let (f2, f3) = (Lanes(repeating: scale * sum2.sum()), Lanes(repeating: scale * sum3.sum()))
    for eight in range {
      c0[eight] -= f0 * v[eight]
      c1[eight] -= f1 * v[eight]
      c2[eight] -= f2 * v[eight]
      c3[eight] -= f3 * v[eight]
    }
  }
}
