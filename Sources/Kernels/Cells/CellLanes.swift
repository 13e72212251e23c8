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
  /// Loads them from where only an earlier pass has been, and has those two rows below fetched: gates lie
  /// in as many streams as there are, and the processor foresees none that starts anew with each row.
  @_transparent
  func loadFetching(_ source: UnsafePointer<Float>, _ stride: Int) -> Numbers {
    lockstep_fetch_near(source + 2 * stride)
    return load(source, stride)
  }
}

/// Neighbours in a row.
private struct Neighbours: CellLanes {
  let count: Int

  @_transparent
  func load(_ source: UnsafePointer<Float>, _ stride: Int) -> Vector { Kernels.load(source, count) }

  @_transparent
  func store(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ stride: Int) {
    Kernels.store(vector, target, count)
  }
}

/// The last eight elements of two rows.
private struct TwoEnds: CellLanes {
  @_transparent
  func load(_ source: UnsafePointer<Float>, _ stride: Int) -> Vector {
    lockstep_whole(Vector(lowHalf: loadEight(source), highHalf: loadEight(source + stride)))
  }

  @_transparent
  func store(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ stride: Int) {
    let vector = lockstep_whole(vector)
    storeEight(vector.lowHalf, target)
    storeEight(vector.highHalf, target + stride)
  }
}

/// The last four elements of four rows.
private struct FourEnds: CellLanes {
  @_transparent
  func load(_ source: UnsafePointer<Float>, _ stride: Int) -> Vector {
    lockstep_whole(
      Vector(
        lowHalf: SIMD8(lowHalf: loadFour(source), highHalf: loadFour(source + stride)),
        highHalf: SIMD8(
          lowHalf: loadFour(source + 2 * stride), highHalf: loadFour(source + 3 * stride))))
  }

  @_transparent
  func store(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ stride: Int) {
    let vector = lockstep_whole(vector)
    storeFour(vector.lowHalf.lowHalf, target)
    storeFour(vector.lowHalf.highHalf, target + stride)
    storeFour(vector.highHalf.lowHalf, target + 2 * stride)
    storeFour(vector.highHalf.highHalf, target + 3 * stride)
  }
}

/// Neighbours in each of four rows.
private struct FourRows: CellLanes {
  let count: Int

  @_transparent
  func load(_ source: UnsafePointer<Float>, _ stride: Int) -> FourVectors {
    FourVectors(
      Kernels.load(source, count), Kernels.load(source + stride, count),
      Kernels.load(source + 2 * stride, count), Kernels.load(source + 3 * stride, count))
  }

  @_transparent
  func store(_ numbers: FourVectors, _ target: UnsafeMutablePointer<Float>, _ stride: Int) {
    Kernels.store(numbers.first, target, count)
    Kernels.store(numbers.second, target + stride, count)
    Kernels.store(numbers.third, target + 2 * stride, count)
    Kernels.store(numbers.fourth, target + 3 * stride, count)
  }
}

/// Work on each unit of each row alone, as a method that is inlined for every kind of lanes.
protocol CellLoop {
  func step(_ row: Int, _ place: Int, _ lanes: some CellLanes<Vector>)
}

extension CellLoop {
  /// Steps over all units of all rows; rows that end with a quarter or half of a vector share one for it.
  @inline(__always)
  func run(rows: Int, units: Int) { runVectors(rows: rows, units: units) }

  @inline(__always)
  fileprivate func runVectors(rows: Int, units: Int) {
    switch units % lanesPerVector {
    case 4 where rows >= 4: runTogether(4, rows: rows, units: units, FourEnds())
    case 8 where rows >= 2: runTogether(2, rows: rows, units: units, TwoEnds())
    default: for row in 0..<rows { Row(loop: self, row: row).run(units) }
    }
  }

  /// Takes `count` rows at a time, and those that are left over alone.
  @inline(__always)
  private func runTogether(_ count: Int, rows: Int, units: Int, _ ends: some CellLanes<Vector>) {
    let whole = wholeVectors(units)
    var row = 0
    while row + count <= rows {
      for row in row..<row + count {
        var place = 0
        while place < whole {
          step(row, place, Neighbours(count: lanesPerVector))
          place += lanesPerVector
        }
      }
      step(row, whole, ends)
      row += count
    }
    for row in row..<rows { Row(loop: self, row: row).run(units) }
  }
}

/// Such work with curves in it, which are long chains of instructions: where the registers suffice, four
/// rows go through it side by side.
protocol CurvedCellLoop: CellLoop {
  func step(_ row: Int, _ place: Int, _ lanes: some CellLanes)
}

extension CurvedCellLoop {
  /// Steps over all units of all rows.
  @inline(__always)
  func run(rows: Int, units: Int) {
    guard hasWideVectors else { return runVectors(rows: rows, units: units) }
    let together = rows / 4 * 4
    for row in stride(from: 0, to: together, by: 4) { runFour(row, units) }
    for row in together..<rows { Row(loop: self, row: row).run(units) }
  }

  @inline(__always)
  private func runFour(_ row: Int, _ units: Int) {
    let whole = wholeVectors(units)
    for place in stride(from: 0, to: whole, by: lanesPerVector) {
      step(row, place, FourRows(count: lanesPerVector))
    }
    switch units - whole {
    case 0: break
    case 4: step(row, whole, FourEnds())
    case 8: for pair in 0..<2 { step(row + 2 * pair, whole, TwoEnds()) }
    case let rest: step(row, whole, FourRows(count: rest))
    }
  }
}

/// One row, vector by vector.
private struct Row<Loop: CellLoop>: VectorLoop {
  let loop: Loop
  let row: Int

  @_transparent
  func step(_ place: Int, _ lanes: Int) { loop.step(row, place, Neighbours(count: lanes)) }
}
