import CPlatform

/// A pass over the rows of a matrix whose columns have nothing to do with one another: several vectors of them
/// go side by side, since each addition waits for the one before.
protocol ColumnPass {
  /// How many columns there are.
  var columns: Int { get }
  /// For how many vectors of columns, eight at most, there are registers.
  static var most: Int { get }
  /// Passes over the rows in the columns of some vectors from `column` on.
  func run<let vectors: Int>(_ part: RowPart<vectors>, from column: Int)
}

extension ColumnPass {
  /// Passes over all columns.
  func run() {
    forEachTile(rows: vectorCount(columns), most: Self.most) { vector, count in
      let column = vector * lanesPerVector
      switch count {
      case 1: run(Numbers<1>.self, from: column)
      case 2: run(Numbers<2>.self, from: column)
      case 3: run(Numbers<3>.self, from: column)
      case 4: run(Numbers<4>.self, from: column)
      case 5: run(Numbers<5>.self, from: column)
      case 6: run(Numbers<6>.self, from: column)
      case 7: run(Numbers<7>.self, from: column)
      default: run(Numbers<8>.self, from: column)
      }
    }
  }

  // (The pass is inlined twice, so that whole vectors have a loop without masks.)
  @inline(never)
  private func run<let vectors: Int>(_ numbers: Numbers<vectors>.Type, from column: Int) {
    let lanes = columns - column - (vectors - 1) * lanesPerVector
    if lanes < lanesPerVector {
      run(RowPart<vectors>(rest: lanes), from: column)
    } else {
      run(RowPart<vectors>(rest: nil), from: column)
    }
  }
}

/// Which numbers of a row a pass has in its registers: some vectors, of which the last has `rest` lanes (nil: all).
///
/// (Without wide vectors there are no masks, and lanes in their order would be copied by a call.)
struct RowPart<let vectors: Int> {
  let rest: Int?

  /// The numbers at `place`.
  @inline(__always)
  func load(_ place: UnsafePointer<Float>) -> Numbers<vectors> {
    var numbers = Numbers<vectors>()
    for v in 0..<vectors {
      let vector = place + v * lanesPerVector
      if v == vectors - 1, let rest {
        numbers.vectors[v] =
          hasWideVectors ? lockstep_load_lanes(vector, rest) : Kernels.load(vector, rest)
      } else {
        numbers.vectors[v] = Kernels.load(vector)
      }
    }
    return numbers
  }

  /// Writes numbers to `place`.
  @inline(__always)
  func store(_ numbers: Numbers<vectors>, _ place: UnsafeMutablePointer<Float>) {
    for v in 0..<vectors {
      let vector = place + v * lanesPerVector
      if v == vectors - 1, let rest {
        hasWideVectors
          ? lockstep_store_lanes(vector, numbers.vectors[v], rest)
          : Kernels.store(numbers.vectors[v], vector, rest)
      } else {
        Kernels.store(numbers.vectors[v], vector)
      }
    }
  }
}

/// Vectors of a row, side by side; zeros at first.
struct Numbers<let count: Int> {
  fileprivate var vectors = InlineArray<count, Vector>(repeating: Vector(repeating: 0))

  /// self += other.
  @inline(__always)
  mutating func add(_ other: Numbers) {
    for v in 0..<count { vectors[v] += other.vectors[v] }
  }

  /// self += factor · other, rounded once.
  @inline(__always)
  mutating func add(_ factor: Float, times other: Numbers) {
    let factors = Vector(repeating: factor)
    for v in 0..<count { vectors[v].addProduct(factors, other.vectors[v]) }
  }
}
