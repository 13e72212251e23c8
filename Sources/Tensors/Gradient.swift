import Kernels

/// The gradient of all parameters, and which rows of the tables among them may not be zero.
///
/// A table is a parameter of which each batch chooses rows, as of an embedding: the gradient of all
/// others is zero. Whoever clears, adds, measures or applies a gradient passes them by.
///
/// Large kernels need not be cleared either: a product of them is written by whoever comes first.
public struct Gradient: Sendable {
  /// The numbers, by the slots of the parameters.
  public let arena: Arena
  private let tables: [Table]
  private let kernels: [Kernel]
  /// What is cleared at every time.
  private let others: [Range<Int>]
  /// For each row of each table in how many summands it was touched; zero where all its numbers are.
  ///
  /// Then for each kernel the same; zero until it is written.
  private let touched: Arena

  /// The gradient of nothing, for passes that only go forward.
  public static let empty = Gradient(count: 0)

  /// Zeros.
  ///
  /// - Parameters:
  ///   - count: how many floats all parameters have.
  ///   - tables: the parameters of which a batch chooses rows, by rising offsets.
  ///   - kernels: other parameters, whose gradients are products, by rising offsets.
  public init(count: Int, tables: [Slot] = [], kernels: [Slot] = []) {
    arena = Arena(count: count)
    var marks = 0
    self.tables = tables.map { slot in
      defer { marks += slot.shape[0] }
      return Table(slot: slot, firstMark: marks)
    }
    self.kernels = kernels.map { slot in
      defer { marks += 1 }
      return Kernel(slot: slot, mark: marks)
    }
    others = Self.gaps(in: 0..<count, (tables + kernels).map(\.range))
    touched = Arena(count: marks)
    for kernel in self.kernels { touched.base[kernel.mark] = 1 }
  }

  /// What some parts of a range leave, without what is empty.
  private static func gaps(in range: Range<Int>, _ parts: [Range<Int>]) -> [Range<Int>] {
    var first = range.lowerBound
    var gaps: [Range<Int>] = []
    for part in parts.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if first < part.lowerBound { gaps.append(first..<part.lowerBound) }
      first = part.upperBound
    }
    if first < range.upperBound { gaps.append(first..<range.upperBound) }
    return gaps
  }

  /// How many bytes all of it takes.
  public var bytes: Int { arena.bytes + touched.bytes }

  // MARK: Writing

  /// Begins anew with zeros; `finish` is called before anything is read.
  public func clear() {
    for range in others { arena.zero(range) }
    for table in tables { table.forEachRun(in: table.slot.range, touched.base) { arena.zero($0) } }
    touched.zero()
  }

  /// Sets kernels that nobody has written to zero.
  public func finish() {
    for kernel in kernels where !isWritten(kernel) { arena.zero(kernel.slot.range) }
  }

  /// The gradient of a parameter, to be added to anywhere.
  public func matrix(_ slot: Slot) -> Matrix {
    if let table = table(slot) { touched[table.marks].update(repeating: 1) }
    return written(slot)
  }

  /// The gradient of a parameter for a product of its size: to be added to if it is written, otherwise to be
  /// written.
  public func product(_ slot: Slot) -> (matrix: Matrix, isWritten: Bool) {
    guard let kernel = kernel(slot), !isWritten(kernel) else { return (matrix(slot), true) }
    touched.base[kernel.mark] = 1
    return (arena.matrix(slot), false)
  }

  /// The numbers of a parameter, which are zero if nobody has written them.
  private func written(_ slot: Slot) -> Matrix {
    let matrix = arena.matrix(slot)
    if let kernel = kernel(slot), !isWritten(kernel) {
      matrix.fill(0)
      touched.base[kernel.mark] = 1
    }
    return matrix
  }

  private func kernel(_ slot: Slot) -> Kernel? {
    kernels.first { $0.slot.offset == slot.offset }
  }

  private func isWritten(_ kernel: Kernel) -> Bool { touched.base[kernel.mark] != 0 }

  /// The gradient of a parameter, to be added to in chosen rows.
  public func rows(_ slot: Slot) -> GradientRows {
    GradientRows(
      matrix: written(slot), touched: table(slot).map { touched.base + $0.firstMark })
  }

  /// Notes that any row of any table may be touched.
  public func touchAll() { touched[0..<touched.count].update(repeating: 1) }

  // MARK: Reading

  /// What a pass over what may not be zero costs at most, in floats that follow each other.
  ///
  /// A row that stands alone takes as long as 256 floats more: the processor does not foresee it.
  public var cost: Int {
    tables.reduce(arena.count) { cost, table in
      let marks = touched[table.marks]
      let rows = marks.baseAddress.map { Int(Kernels.sum(count: marks.count, $0)) } ?? 0
      return cost - max(table.slot.count - rows * (table.columns + 256), 0)
    }
  }

  /// Calls `body` with the runs of a range of floats that may not be zero, as long as can be.
  public func forEachRun(in range: Range<Int>, _ body: (Range<Int>) -> Void) {
    var first = range.lowerBound
    for table in tables where table.slot.range.overlaps(range) {
      let part = table.slot.range.clamped(to: range)
      if first < part.lowerBound { body(first..<part.lowerBound) }
      table.forEachRun(in: part, touched.base, body)
      first = part.upperBound
    }
    if first < range.upperBound { body(first..<range.upperBound) }
  }

  /// Σ x² of a range, to the bit what `sumOfSquares` finds there.
  public func sumOfSquares(_ range: Range<Int>) -> Double {
    var sum = SumOfSquares(count: range.count, arena.base + range.lowerBound)
    forEachRun(in: range) { run in
      sum.add(run.lowerBound - range.lowerBound..<run.upperBound - range.lowerBound)
    }
    return sum.total
  }

  // MARK: Adding

  /// Notes as touched what another gradient has touched, which is about to be added.
  public func touch(with other: Gradient) {
    Kernels.add(count: touched.count, touched.base, other.touched.base, into: touched.base)
  }

  /// self += other in a range of floats, whose rows are noted by `touch(with:)`.
  public func add(_ other: Gradient, _ range: Range<Int>) {
    other.forEachRun(in: range) { arena.add(other.arena, $0) }
  }

  private func table(_ slot: Slot) -> Table? { tables.first { $0.slot == slot } }
}

/// The gradient of a parameter, of which rows are added to.
public struct GradientRows {
  private let matrix: Matrix
  private let touched: UnsafeMutablePointer<Float>?

  init(matrix: Matrix, touched: UnsafeMutablePointer<Float>?) {
    self.matrix = matrix
    self.touched = touched
  }

  /// How many rows there are.
  public var count: Int { matrix.rows }

  /// The columns of a range.
  public func columns(_ range: Range<Int>) -> GradientRows {
    GradientRows(matrix: matrix.columns(range), touched: touched)
  }

  /// The gradient of a row, which is touched from now on.
  public subscript(row: Int) -> Matrix {
    touched?[row] = 1
    return matrix.rows(row..<row + 1)
  }
}

/// A parameter whose gradient is a product.
private struct Kernel: Sendable {
  let slot: Slot
  /// Where it is noted whether it is written.
  let mark: Int
}

/// A parameter of which a batch chooses rows.
private struct Table: Sendable {
  let slot: Slot
  /// Where the marks of its rows begin.
  let firstMark: Int

  var columns: Int { slot.count / slot.shape[0] }

  var marks: Range<Int> { firstMark..<firstMark + slot.shape[0] }

  /// Calls `body` with the runs of touched rows inside a range of the table's floats.
  func forEachRun(
    in range: Range<Int>, _ touched: UnsafePointer<Float>, _ body: (Range<Int>) -> Void
  ) {
    let marks = touched + firstMark
    let end = (range.upperBound - slot.offset + columns - 1) / columns
    var row = (range.lowerBound - slot.offset) / columns
    while true {
      row += firstPositive(count: end - row, marks + row)
      guard row < end else { return }
      let first = row
      while row < end, marks[row] != 0 { row += 1 }
      body((slot.offset + first * columns..<slot.offset + row * columns).clamped(to: range))
    }
  }
}
