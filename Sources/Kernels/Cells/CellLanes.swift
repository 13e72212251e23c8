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
///
/// (For the inner loop of most cells; as `Both` twice it took 3 % longer, since addresses are found otherwise.)
private struct FourRows: CellLanes {
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
private struct Both<Part: CellLanes>: CellLanes {
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
      return runTogether(2, rows, units, from: end, Both<Both<Neighbours>>.twoRowsToTheEnd(rest))
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
    guard hasWideVectors else { return run(0..<rows, units) }
    let together = rows / 4 * 4
    for row in stride(from: 0, to: together, by: 4) { runFour(row, of: together, units) }
    for row in together..<rows { runAlone(row, units) }
  }

  /// Steps over four rows of `rows`.
  @inline(__always)
  private func runFour(_ row: Int, of rows: Int, _ units: Int) {
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
    case 4 where row % 8 == 4: step(row - 4, end, Both(part: FourEnds(), rows: 4))
    case 4: if row + 4 == rows { step(row, end, FourEnds()) }
    case 8: step(row, end, Both(part: TwoEnds(), rows: 2))
    case _ where overlaps:
      for pair in 0..<2 {
        step(row + 2 * pair, end, Both<Both<Neighbours>>.twoRowsToTheEnd(rest))
      }
    default: step(row, end, FourRows(count: rest))
    }
  }

  /// Steps over a row that is left over, four of its vectors at a time.
  @inline(__always)
  private func runAlone(_ row: Int, _ units: Int) {
    let whole = wholeVectors(units)
    let rest = units - whole
    let fours = units / (4 * lanesPerVector) * 4 * lanesPerVector
    for place in stride(from: 0, to: fours, by: 4 * lanesPerVector) {
      step(row, place, Both<Both<Neighbours>>.fourVectors)
    }
    let overlaps = rest > 0 && whole > fours
    let end = overlaps ? whole - lanesPerVector : whole
    for place in stride(from: fours, to: end, by: lanesPerVector) {
      step(row, place, Neighbours(count: lanesPerVector))
    }
    if overlaps {
      step(row, end, Both<Neighbours>.rowToTheEnd(rest))
    } else if rest > 0 {
      step(row, end, Neighbours(count: rest))
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
