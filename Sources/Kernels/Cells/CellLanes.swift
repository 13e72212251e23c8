/// Which elements of a matrix are in the lanes of a vector.
protocol CellLanes {
  /// Loads them; `source` is the first, and rows are `stride` floats apart.
  func load(_ source: UnsafePointer<Float>, _ stride: Int) -> Vector
  /// Writes what was computed from them.
  func store(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ stride: Int)
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
    Vector(lowHalf: loadEight(source), highHalf: loadEight(source + stride))
  }

  @_transparent
  func store(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ stride: Int) {
    storeEight(vector.lowHalf, target)
    storeEight(vector.highHalf, target + stride)
  }
}

/// The last four elements of four rows.
private struct FourEnds: CellLanes {
  @_transparent
  func load(_ source: UnsafePointer<Float>, _ stride: Int) -> Vector {
    Vector(
      lowHalf: SIMD8(lowHalf: loadFour(source), highHalf: loadFour(source + stride)),
      highHalf: SIMD8(
        lowHalf: loadFour(source + 2 * stride), highHalf: loadFour(source + 3 * stride)))
  }

  @_transparent
  func store(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ stride: Int) {
    storeFour(vector.lowHalf.lowHalf, target)
    storeFour(vector.lowHalf.highHalf, target + stride)
    storeFour(vector.highHalf.lowHalf, target + 2 * stride)
    storeFour(vector.highHalf.highHalf, target + 3 * stride)
  }
}

/// Work on each unit of each row alone, as a method that is inlined for every kind of lanes.
protocol CellLoop {
  func step(_ row: Int, _ place: Int, _ lanes: some CellLanes)
}

extension CellLoop {
  /// Steps over all units of all rows; rows that end with a quarter or half of a vector share one for it.
  @inline(__always)
  func run(rows: Int, units: Int) {
    let rest = units % lanesPerVector
    let together = rest == 4 ? 4 : rest == 8 ? 2 : 1
    var row = 0
    while row < rows {
      let count = min(together, rows - row)
      for row in row..<row + count { runWhole(row, units - rest) }
      switch count {
      case 4: step(row, units - rest, FourEnds())
      case 2 where together == 2: step(row, units - rest, TwoEnds())
      default: runEnds(row..<row + count, units - rest, rest)
      }
      row += count
    }
  }

  @_transparent
  private func runWhole(_ row: Int, _ units: Int) {
    for place in stride(from: 0, to: units, by: lanesPerVector) {
      step(row, place, Neighbours(count: lanesPerVector))
    }
  }

  @_transparent
  private func runEnds(_ rows: Range<Int>, _ place: Int, _ count: Int) {
    guard count > 0 else { return }
    for row in rows { step(row, place, Neighbours(count: count)) }
  }
}
