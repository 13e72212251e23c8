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

/// Computes a tile of `rows` (up to `mostRowsPerTile`) × `vectors` (up to `vectorsPerTile(rows:)`).
@inline(never)
func computeTile(rows: Int, vectors: Int, _ work: TileWork) {
  switch vectors {
  case 8: Tile<1, 0, 8>.compute(work)
  case 4: computeTile4(rows, work)
  case 2: computeTile2(rows, work)
  default: computeTile1(rows, work)
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

private func computeTile2(_ rows: Int, _ work: TileWork) {
  switch rows {
  case 1: Tile<1, 0, 2>.compute(work)
  case 2: Tile<2, 0, 2>.compute(work)
  case 3: Tile<3, 0, 2>.compute(work)
  case 4: Tile<4, 0, 2>.compute(work)
  case 5: Tile<5, 0, 2>.compute(work)
  case 6: Tile<6, 0, 2>.compute(work)
  case 7: Tile<4, 3, 2>.compute(work)
  case 8: Tile<4, 4, 2>.compute(work)
  case 9: Tile<5, 4, 2>.compute(work)
  case 10: Tile<5, 5, 2>.compute(work)
  case 11: Tile<6, 5, 2>.compute(work)
  default: Tile<6, 6, 2>.compute(work)
  }
}

private func computeTile1(_ rows: Int, _ work: TileWork) {
  switch rows {
  case 1: Tile<1, 0, 1>.compute(work)
  case 2: Tile<2, 0, 1>.compute(work)
  case 3: Tile<3, 0, 1>.compute(work)
  case 4: Tile<4, 0, 1>.compute(work)
  case 5: Tile<5, 0, 1>.compute(work)
  case 6: Tile<6, 0, 1>.compute(work)
  case 7: Tile<4, 3, 1>.compute(work)
  case 8: Tile<4, 4, 1>.compute(work)
  case 9: Tile<5, 4, 1>.compute(work)
  case 10: Tile<5, 5, 1>.compute(work)
  case 11: Tile<6, 5, 1>.compute(work)
  default: Tile<6, 6, 1>.compute(work)
  }
}
