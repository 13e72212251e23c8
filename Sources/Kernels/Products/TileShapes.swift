// Tiles of few rows are made wider: a multiply-add takes four cycles and two can start in each, so
// about eight independent sums keep the units busy.

/// The widest tile for a number of rows, in vectors.
@inline(__always)
func vectorsPerTile(rows: Int) -> Int {
  let twoPanels = hasWideVectors ? 4 : 3
  return vectorsPerPanel * (rows == 1 ? 4 : rows <= twoPanels ? 2 : 1)
}

/// Cuts rows into tiles of at most `mostRowsPerTile`, as equal as can be: a tile of few rows takes
/// nearly as long as a tile of many.
@inline(__always)
func forEachTile(rows: Int, _ body: (_ row: Int, _ count: Int) -> Void) {
  guard rows > 0 else { return }
  let tiles = (rows + mostRowsPerTile - 1) / mostRowsPerTile
  var row = 0
  for tile in 0..<tiles {
    let count = (rows - row) / (tiles - tile)
    body(row, count)
    row += count
  }
}

/// Cuts vectors of a right-hand side into groups: the widest, then what is left over in powers of two.
@inline(__always)
func forEachGroup(
  vectors: Int, widest: Int, _ body: (_ vector: Int, _ width: Int) -> Void
) {
  var vector = 0
  var width = widest
  while vector < vectors {
    while vector + width > vectors { width /= 2 }
    body(vector, width)
    vector += width
  }
}

/// Computes a tile of `rows` (up to `mostRowsPerTile`) × `vectors` (up to `vectorsPerTile(rows:)`).
@inline(never)
func computeTile(rows: Int, vectors: Int, _ work: TileWork) {
  switch vectors {
  case 8: Tile<1, 0, 8>.compute(work)
  case 4: computeTile4(rows, work)
  case 2: Tiles<2>.compute(rows, work)
  default: Tiles<1>.compute(rows, work)
  }
}

private func computeTile4(_ rows: Int, _ work: TileWork) {
  switch rows {
  case 1: Tile<1, 0, 4>.compute(work)
  case 2: Tile<2, 0, 4>.compute(work)
  case 3: Tile<3, 0, 4>.compute(work)
  default: Tile<4, 0, 4>.compute(work)
  }
}

/// The tiles as wide as a panel or narrower, which have up to `mostRowsPerTile` rows.
private enum Tiles<let vectors: Int> {
  @inline(never)
  static func compute(_ rows: Int, _ work: TileWork) {
    switch rows {
    case 1: Tile<1, 0, vectors>.compute(work)
    case 2: Tile<2, 0, vectors>.compute(work)
    case 3: Tile<3, 0, vectors>.compute(work)
    case 4: Tile<4, 0, vectors>.compute(work)
    case 5: Tile<5, 0, vectors>.compute(work)
    case 6: Tile<6, 0, vectors>.compute(work)
    case 7: Tile<4, 3, vectors>.compute(work)
    case 8: Tile<4, 4, vectors>.compute(work)
    case 9: Tile<5, 4, vectors>.compute(work)
    case 10: Tile<5, 5, vectors>.compute(work)
    case 11: Tile<6, 5, vectors>.compute(work)
    default: Tile<6, 6, vectors>.compute(work)
    }
  }
}
