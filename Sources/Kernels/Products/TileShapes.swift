// Tiles of few rows are made wider: a multiply-add takes four cycles and two can start in each, so
// about eight independent sums keep the units busy.

/// The widest tile for a number of rows, in vectors.
@inline(__always)
func vectorsPerTile(rows: Int) -> Int {
  let twoPanels = hasWideVectors ? 4 : 3
  return vectorsPerPanel * (rows == 1 ? 4 : rows <= twoPanels ? 2 : 1)
}

/// Computes a tile of `rows` (up to `rowsPerTile`) × `vectors` (up to `vectorsPerTile(rows:)`).
@inline(never)
func computeTile(
  rows: Int, vectors: Int, depth: Int, left: LeftOperand, right: RightOperand, columns: Int,
  into c: UnsafeMutablePointer<Float>, stride: Int, start: TileStart
) {
  switch vectors {
  case 8:
    Tile<1, 8>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 4: computeTile4(rows, depth, left, right, columns, c, stride, start)
  case 2: computeTile2(rows, depth, left, right, columns, c, stride, start)
  default: computeTile1(rows, depth, left, right, columns, c, stride, start)
  }
}

private func computeTile4(
  _ rows: Int, _ depth: Int, _ left: LeftOperand, _ right: RightOperand, _ columns: Int,
  _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ start: TileStart
) {
  switch rows {
  case 1:
    Tile<1, 4>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 2:
    Tile<2, 4>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 3:
    Tile<3, 4>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  default:
    Tile<4, 4>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  }
}

private func computeTile2(
  _ rows: Int, _ depth: Int, _ left: LeftOperand, _ right: RightOperand, _ columns: Int,
  _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ start: TileStart
) {
  switch rows {
  case 1:
    Tile<1, 2>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 2:
    Tile<2, 2>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 3:
    Tile<3, 2>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 4:
    Tile<4, 2>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 5:
    Tile<5, 2>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 6:
    Tile<6, 2>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 7:
    Tile<7, 2>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  default:
    Tile<8, 2>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  }
}

private func computeTile1(
  _ rows: Int, _ depth: Int, _ left: LeftOperand, _ right: RightOperand, _ columns: Int,
  _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ start: TileStart
) {
  switch rows {
  case 1:
    Tile<1, 1>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 2:
    Tile<2, 1>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 3:
    Tile<3, 1>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 4:
    Tile<4, 1>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 5:
    Tile<5, 1>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 6:
    Tile<6, 1>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  case 7:
    Tile<7, 1>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  default:
    Tile<8, 1>.compute(
      depth: depth, left: left, right: right, columns: columns, into: c, stride: stride,
      start: start)
  }
}
