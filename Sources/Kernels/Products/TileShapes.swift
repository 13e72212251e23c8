// A tile reads one number of the left side for each of its rows, and one vector of the right side for
// each of its vectors; their sum beside their product, the multiply-adds, is what the units that load
// have to do. So tiles are as near to a square as the registers allow: 6 × 4 of 32, or 6 × 2 of 16.

/// The vectors of a panel, at most. (Without wide vectors one of ours is two registers.)
let vectorsPerPanel = hasWideVectors ? 4 : 1

/// The most rows of a tile that is `vectors` wide: its sums, one row of the right side and one broadcast
/// number fit into the registers (32 of 64 bytes, or 16 of 32 bytes).
@inline(__always)
func mostRows(vectors: Int) -> Int {
  guard hasWideVectors else { return 6 }
  return vectors == 4 ? 6 : vectors == 3 ? 9 : 12
}

/// The panels that a tile of few rows takes together: a multiply-add takes four cycles and two can start
/// in each, so about eight independent sums keep the units busy.
@inline(__always)
func panelsPerTile(rows: Int) -> Int {
  if hasWideVectors { return rows == 1 ? 2 : 1 }
  return rows == 1 ? 4 : rows <= 3 ? 2 : 1
}

/// Cuts rows into tiles of at most `most`, as equal as can be: a tile of few rows takes nearly as long
/// as a tile of many.
@inline(__always)
func forEachTile(rows: Int, most: Int, _ body: (_ row: Int, _ count: Int) -> Void) {
  guard rows > 0 else { return }
  let tiles = (rows + most - 1) / most
  var row = 0
  for tile in 0..<tiles {
    let count = (rows - row) / (tiles - tile)
    body(row, count)
    row += count
  }
}

/// Cuts columns into panels of whole vectors, as equal as can be, and calls `body` for each, or for up to
/// `together` (a power of two) neighbours of the same width.
///
/// The last panel has the columns that are left.
@inline(__always)
func forEachPanel(
  columns: Int, together: Int = 1, _ body: (_ column: Int, _ width: Int, _ panels: Int) -> Void
) {
  let vectors = vectorCount(columns)
  let count = (vectors + vectorsPerPanel - 1) / vectorsPerPanel
  guard count > 0 else { return }
  let (narrow, wider) = (vectors / count, vectors % count)
  let whole = wholeVectors(columns) == columns ? count : count - 1
  var column = 0
  var panel = 0
  while panel < count {
    let isNarrow = panel < count - wider
    let alike = max(min(isNarrow ? count - wider : count, whole) - panel, 1)
    var panels = together
    while panels > alike { panels /= 2 }
    let width = (isNarrow ? narrow : narrow + 1) * lanesPerVector
    body(column, min(width, columns - column), panels)
    column += panels * width
    panel += panels
  }
}

/// Computes a tile of `rows` (up to `mostRows(vectors:)`) in `panels` panels of `width` vectors.
@inline(never)
func computeTile(rows: Int, width: Int, panels: Int, _ work: TileWork) {
  switch width * panels {
  case 1: Tiles<1>.compute(rows, work)
  case 2: panels == 1 ? Tiles<2>.compute(rows, work) : computePair(rows, work)
  case 3: Tiles<3>.compute(rows, work)
  case 4: panels == 1 ? Tiles<4>.compute(rows, work) : Tile<1, 0, 4, 4>.compute(work)
  case 6: Tile<1, 0, 6, 2>.compute(work)
  default: Tile<1, 0, 8, 2>.compute(work)
  }
}

/// Few rows of two panels of one vector.
private func computePair(_ rows: Int, _ work: TileWork) {
  switch rows {
  case 1: Tile<1, 0, 2, 2>.compute(work)
  case 2: Tile<2, 0, 2, 2>.compute(work)
  default: Tile<3, 0, 2, 2>.compute(work)
  }
}

/// The tiles of one panel.
private enum Tiles<let vectors: Int> {
  @inline(never)
  static func compute(_ rows: Int, _ work: TileWork) {
    switch rows {
    case 1: Tile<1, 0, vectors, 1>.compute(work)
    case 2: Tile<2, 0, vectors, 1>.compute(work)
    case 3: Tile<3, 0, vectors, 1>.compute(work)
    case 4: Tile<4, 0, vectors, 1>.compute(work)
    case 5: Tile<5, 0, vectors, 1>.compute(work)
    case 6: Tile<6, 0, vectors, 1>.compute(work)
    default: if vectors < 4 { computeMore(rows, work) }
    }
  }

  @inline(__always)
  private static func computeMore(_ rows: Int, _ work: TileWork) {
    switch rows {
    case 7: Tile<4, 3, vectors, 1>.compute(work)
    case 8: Tile<4, 4, vectors, 1>.compute(work)
    case 9: Tile<5, 4, vectors, 1>.compute(work)
    default: if vectors < 3 { computeMost(rows, work) }
    }
  }

  @inline(__always)
  private static func computeMost(_ rows: Int, _ work: TileWork) {
    switch rows {
    case 10: Tile<5, 5, vectors, 1>.compute(work)
    case 11: Tile<6, 5, vectors, 1>.compute(work)
    default: Tile<6, 6, vectors, 1>.compute(work)
    }
  }
}
