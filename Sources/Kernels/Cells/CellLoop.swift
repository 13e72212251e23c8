import CPlatform

/// Work on each unit of each row alone, as a method that is inlined for every kind of lanes.
///
/// A step loads what it needs of an array before it stores anything there.
protocol CellLoop {
  func step(_ row: Int, _ place: Int, _ lanes: some CellLanes)
}

/// A place in a matrix that a step finds anew.
///
/// (Else the compiler counts up a pointer for each gate, and keeps most of them in memory, which takes longer
/// than a step without curves does otherwise.)
@_transparent
func settled(_ place: Int) -> Int { lockstep_opaque(place) }

extension CellLoop {
  /// Steps over all units of all rows.
  @inline(__always)
  func run(rows: Int, units: Int) {
    let whole = wholeVectors(units)
    switch units - whole {
    case 4: runTogether(1, rows, units, from: whole, RowEnd(isFour: true))
    case 8: runTogether(1, rows, units, from: whole, RowEnd(isFour: false))
    case let rest where hasWideVectors && whole > 0 && rest > 0:
      let end = whole - lanesPerVector
      runTogether(2, rows, units, from: end, Both<Both<Neighbours>>.twoRowsToTheEnd(rest))
    default: runRows(0..<rows, units)
    }
  }

  /// Takes `count` rows at a time, each alone up to `end`, and those that are left over alone.
  @inline(__always)
  fileprivate func runTogether(
    _ count: Int, _ rows: Int, _ units: Int, from end: Int, _ ends: some CellLanes
  ) {
    let together = rows / count * count
    for first in stride(from: 0, to: together, by: count) {
      for row in first..<first + count { runWhole(row, end) }
      step(first, end, ends)
    }
    runRows(together..<rows, units)
  }

  /// Takes row by row.
  @inline(__always)
  fileprivate func runRows(_ rows: Range<Int>, _ units: Int) {
    for row in rows { Row(loop: self, row: row).run(units) }
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
    guard hasWideVectors else { return runNarrow(rows, units) }
    let together = rows / 4 * 4
    for row in stride(from: 0, to: together, by: 4) { runFour(row, of: together, units) }
    for row in together..<rows { runAlone(row, units) }
  }

  /// Takes as many rows together as share a vector for the quarters or halves that they end with.
  @inline(__always)
  private func runNarrow(_ rows: Int, _ units: Int) {
    let whole = wholeVectors(units)
    switch units - whole {
    case 4: runTogether(4, rows, units, from: whole, FourEnds())
    case 8: runTogether(2, rows, units, from: whole, TwoEnds())
    default: runRows(0..<rows, units)
    }
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

/// Such work that can have what a later step needs fetched.
protocol FetchingCellLoop: CellLoop {
  /// Has what a step reads, and the lines that it writes, fetched.
  func fetch(_ row: Int, _ place: Int)
}

extension FetchingCellLoop {
  /// Steps over all units of all rows where they are far, and has those of rows below fetched: they lie in as
  /// many streams as there are gates, and the processor foresees none that starts anew with each row.
  @inline(__always)
  func runFar(rows: Int, units: Int) {
    let below = max(2, 512 / units)
    for row in 0..<rows {
      forEachVector(units) { place, lanes in
        fetch(row + below, place)
        step(row, place, Neighbours(count: lanes))
      }
    }
  }
}

extension FetchingCellLoop where Self: CurvedCellLoop {
  /// The same, four rows at a time where the registers suffice; rows that are left over have nothing fetched.
  @inline(__always)
  func runFar(rows: Int, units: Int) {
    let together = hasWideVectors ? rows / 4 * 4 : 0
    for row in stride(from: 0, to: together, by: 4) {
      forEachVector(units) { place, lanes in
        for below in 4..<8 { fetch(row + below, place) }
        step(row, place, FourRows(count: lanes))
      }
    }
    runRows(together..<rows, units)
  }
}

/// One row, vector by vector.
private struct Row<Loop: CellLoop>: VectorLoop {
  let loop: Loop
  let row: Int

  @_transparent
  func step(_ place: Int, _ lanes: Int) { loop.step(row, place, Neighbours(count: lanes)) }
}
