import CPlatform

/// Which elements of a matrix are in the lanes of a vector, or of several.
protocol CellLanes<Numbers> {
  associatedtype Numbers: Vectors
  /// Loads them; `source` is the first, and rows are `stride` floats apart.
  func load(_ source: UnsafePointer<Float>, _ stride: Int) -> Numbers
  /// Writes what was computed from them.
  func store(_ numbers: Numbers, _ target: UnsafeMutablePointer<Float>, _ stride: Int)
}

extension CellLanes {
  /// Loads them from where only an earlier pass has been, and has what comes 2,048 floats later fetched: gates
  /// lie in as many streams as there are, and the processor foresees none that starts anew with each row.
  @_transparent
  func loadFetching(_ source: UnsafePointer<Float>, _ stride: Int) -> Numbers {
    lockstep_fetch_near(source + 2048)
    return load(source, stride)
  }
}

/// Neighbours in a row.
struct Neighbours: CellLanes {
  let count: Int

  @_transparent
  func load(_ source: UnsafePointer<Float>, _ stride: Int) -> Vector { Kernels.load(source, count) }

  @_transparent
  func store(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ stride: Int) {
    Kernels.store(vector, target, count)
  }
}

/// The last four or eight elements of a row, alone.
///
/// (The other lanes are zero, and never stored: the compiler computes none of them where no curve is.)
struct RowEnd: CellLanes {
  let isFour: Bool

  @_transparent
  func load(_ source: UnsafePointer<Float>, _ stride: Int) -> Vector {
    let eight = isFour ? SIMD8(lowHalf: loadPart(source), highHalf: .zero) : loadPart(source)
    return Vector(lowHalf: eight, highHalf: .zero)
  }

  @_transparent
  func store(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ stride: Int) {
    isFour ? storePart(vector.lowHalf.lowHalf, target) : storePart(vector.lowHalf, target)
  }
}

/// The last eight elements of two rows.
struct TwoEnds: CellLanes {
  @_transparent
  func load(_ source: UnsafePointer<Float>, _ stride: Int) -> Vector {
    lockstep_whole(Vector(lowHalf: loadPart(source), highHalf: loadPart(source + stride)))
  }

  @_transparent
  func store(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ stride: Int) {
    let vector = lockstep_whole(vector)
    storePart(vector.lowHalf, target)
    storePart(vector.highHalf, target + stride)
  }
}

/// The last four elements of four rows.
struct FourEnds: CellLanes {
  @_transparent
  func load(_ source: UnsafePointer<Float>, _ stride: Int) -> Vector {
    lockstep_whole(lockstep_load_four_rows(source, stride, 4))
  }

  @_transparent
  func store(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ stride: Int) {
    lockstep_store_four_rows(target, stride, 4, lockstep_whole(vector))
  }
}

/// Neighbours in each of four rows.
///
/// (For the inner loop of most cells; as `Both` twice it took 3 % longer, since addresses are found otherwise.)
struct FourRows: CellLanes {
  let count: Int

  @_transparent
  func load(_ source: UnsafePointer<Float>, _ stride: Int) -> SideBySide<SideBySide<Vector>> {
    SideBySide(
      SideBySide(Kernels.load(source, count), Kernels.load(source + stride, count)),
      SideBySide(
        Kernels.load(source + 2 * stride, count), Kernels.load(source + 3 * stride, count)))
  }

  @_transparent
  func store(
    _ numbers: SideBySide<SideBySide<Vector>>, _ target: UnsafeMutablePointer<Float>, _ stride: Int
  ) {
    Kernels.store(numbers.first.first, target, count)
    Kernels.store(numbers.first.second, target + stride, count)
    Kernels.store(numbers.second.first, target + 2 * stride, count)
    Kernels.store(numbers.second.second, target + 3 * stride, count)
  }
}

/// The same lanes at two places.
struct Both<Part: CellLanes>: CellLanes {
  let part: Part
  /// How many rows below the first the second is, and how many elements to its right.
  var rows = 0
  var places = 0

  @_transparent
  func load(_ source: UnsafePointer<Float>, _ stride: Int) -> SideBySide<Part.Numbers> {
    SideBySide(part.load(source, stride), part.load(source + rows * stride + places, stride))
  }

  @_transparent
  func store(
    _ numbers: SideBySide<Part.Numbers>, _ target: UnsafeMutablePointer<Float>, _ stride: Int
  ) {
    part.store(numbers.first, target, stride)
    part.store(numbers.second, target + rows * stride + places, stride)
  }
}

extension Both<Both<Neighbours>> {
  /// Four vectors of a row.
  @_transparent
  static var fourVectors: Self {
    let two = Both<Neighbours>(part: Neighbours(count: lanesPerVector), places: lanesPerVector)
    return Self(part: two, places: 2 * lanesPerVector)
  }

  /// The last whole vector of each of two rows, and the one that ends with the row, `rest` elements behind it.
  @_transparent
  static func twoRowsToTheEnd(_ rest: Int) -> Self { Self(part: .rowToTheEnd(rest), rows: 1) }
}

extension Both<Neighbours> {
  /// The last whole vector of a row, and the one that ends with the row: they overlap, and what they share is
  /// computed twice, from what was there before either was written.
  @_transparent
  static func rowToTheEnd(_ rest: Int) -> Self {
    Self(part: Neighbours(count: lanesPerVector), places: rest)
  }
}
