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
    lockstep_whole(lockstep_load_four_rows(source, stride, 4))
  }

  @_transparent
  func store(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ stride: Int) {
    lockstep_store_four_rows(target, stride, 4, lockstep_whole(vector))
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

/// The last whole vector of each of two rows, and the one that ends with the row: they overlap, and what they
/// share is computed twice, from what was there before either was written.
private struct TwoRowsToTheEnd: CellLanes {
  /// How many elements stand behind the whole vector.
  let rest: Int

  @_transparent
  func load(_ source: UnsafePointer<Float>, _ stride: Int) -> FourVectors {
    FourVectors(
      Kernels.load(source), Kernels.load(source + rest), Kernels.load(source + stride),
      Kernels.load(source + stride + rest))
  }

  @_transparent
  func store(_ numbers: FourVectors, _ target: UnsafeMutablePointer<Float>, _ stride: Int) {
    Kernels.store(numbers.first, target)
    Kernels.store(numbers.second, target + rest)
    Kernels.store(numbers.third, target + stride)
    Kernels.store(numbers.fourth, target + stride + rest)
  }
}

/// Work on each unit of each row alone, as a method that is inlined for every kind of lanes.
///
/// A step loads what it needs of an array before it stores anything there.
protocol CellLoop {
  func step(_ row: Int, _ place: Int, _ lanes: some CellLanes)
}

extension CellLoop {
  /// Steps over all units of all rows.
  @inline(__always)
  func run(rows: Int, units: Int) { run(0..<rows, units) }

  /// Takes row by row, or as many as go together through what stands behind their whole vectors.
  @inline(__always)
  fileprivate func run(_ rows: Range<Int>, _ units: Int) {
    let whole = wholeVectors(units)
    let rest = units - whole
    if hasWideVectors, whole > 0, rest > 0 {
      let end = whole - lanesPerVector
      return runTogether(2, rows, units, from: end, TwoRowsToTheEnd(rest: rest))
    }
    switch rest {
    case 4: runTogether(4, rows, units, from: whole, FourEnds())
    case 8: runTogether(2, rows, units, from: whole, TwoEnds())
    default: for row in rows { Row(loop: self, row: row).run(units) }
    }
  }

  /// Takes `count` rows at a time, each alone up to `end`, and those that are left over alone.
  @inline(__always)
  private func runTogether(
    _ count: Int, _ rows: Range<Int>, _ units: Int, from end: Int, _ ends: some CellLanes
  ) {
    let together = rows.count / count * count
    for first in stride(from: rows.lowerBound, to: rows.lowerBound + together, by: count) {
      for row in first..<first + count { runWhole(row, end) }
      step(first, end, ends)
    }
    for row in rows.dropFirst(together) { Row(loop: self, row: row).run(units) }
  }

  /// Steps over the first `count` units of a row, which fill vectors.
  @inline(__always)
  private func runWhole(_ row: Int, _ count: Int) {
    var place = 0
    while place < count {
      step(row, place, Neighbours(count: lanesPerVector))
      place += lanesPerVector
    }
  }
}

/// Such work with curves in it, which are long chains of instructions: where the registers suffice, four
/// rows go through it side by side.
protocol CurvedCellLoop: CellLoop {}

extension CurvedCellLoop {
  /// Steps over all units of all rows.
  @inline(__always)
  func run(rows: Int, units: Int) {
    let together = hasWideVectors ? rows / 4 * 4 : 0
    for row in stride(from: 0, to: together, by: 4) { runFour(row, units) }
    run(together..<rows, units)
  }

  @inline(__always)
  private func runFour(_ row: Int, _ units: Int) {
    let whole = wholeVectors(units)
    let rest = units - whole
    // Four rows share a vector for the quarters or halves that they end with.
    let overlaps = whole > 0 && rest > 0 && rest != 4 && rest != 8
    let end = overlaps ? whole - lanesPerVector : whole
    for place in stride(from: 0, to: end, by: lanesPerVector) {
      step(row, place, FourRows(count: lanesPerVector))
    }
    switch rest {
    case 0: break
    case 4: step(row, end, FourEnds())
    case 8: for pair in 0..<2 { step(row + 2 * pair, end, TwoEnds()) }
    case _ where overlaps:
      for pair in 0..<2 { step(row + 2 * pair, end, TwoRowsToTheEnd(rest: rest)) }
    default: step(row, end, FourRows(count: rest))
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
