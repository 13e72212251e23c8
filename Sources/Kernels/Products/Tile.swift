/// What a tile of results starts from, and what becomes of what was there.
enum TileStart {
  /// The chain of each element starts from zero.
  case zero
  /// The chain of each element goes on from what the output holds.
  case output
  /// The chain starts from a row of numbers, one for each column.
  case bias(UnsafePointer<Float>)
  /// The chain starts from zero, and its end is added to what the output holds.
  case addition
}

/// The left side of a product: how to reach the number for row r of a tile and depth k.
struct LeftOperand {
  let numbers: UnsafePointer<Float>
  let rowStride: Int
  let depthStride: Int
}

/// The right side of a product: vectors v of one depth k, `depthStride` apart from one k to the next.
struct RightOperand {
  let numbers: UnsafePointer<Float>
  let depthStride: Int
  /// From one panel (`vectorsPerPanel` vectors) to the next, for tiles wider than a panel.
  let panelStride: Int
  /// Whether the last vector may be read whole, though it has fewer than 16 columns.
  let isPadded: Bool
}

/// The vectors in one panel of a packed right-hand side.
let vectorsPerPanel = hasWideVectors ? 2 : 1

/// The rows of the tile that does most of the work: with its sums, one row of the right-hand side
/// and one broadcast number it fills the registers (32 of 64 bytes, or 16 of 32 bytes).
let rowsPerTile = hasWideVectors ? 8 : 6

/// `rows` × (16 · `vectors`) elements of a product, held in registers while k runs.
///
/// Every element is one chain of fused multiply-adds over rising k; so its bits do not depend on the
/// tile that computes it, nor on where it stands in that tile.
struct Tile<let rows: Int, let vectors: Int> {
  typealias Row = InlineArray<vectors, Vector>

  private var sums = InlineArray<rows, Row>(repeating: Row(repeating: Vector(repeating: 0)))

  /// Computes a tile with `columns` (up to 16 · `vectors`) columns.
  @inline(__always)
  static func compute(
    depth: Int, left: LeftOperand, right: RightOperand, columns: Int,
    into output: UnsafeMutablePointer<Float>, stride: Int, start: TileStart
  ) {
    if columns == vectors * lanesPerVector {
      run(depth, left, right, { _ in lanesPerVector }, true, output, stride, start)
    } else {
      let lanes = { min(lanesPerVector, max(0, columns - $0 * lanesPerVector)) }
      run(depth, left, right, lanes, right.isPadded, output, stride, start)
    }
  }

  @inline(__always)
  private static func run(
    _ depth: Int, _ left: LeftOperand, _ right: RightOperand, _ lanes: (Int) -> Int,
    _ readsWhole: Bool, _ output: UnsafeMutablePointer<Float>, _ stride: Int, _ start: TileStart
  ) {
    var tile = Tile()
    tile.begin(start, output, stride, lanes)
    if readsWhole {
      tile.accumulate(depth, left, right) { _ in lanesPerVector }
    } else {
      tile.accumulate(depth, left, right, lanes)
    }
    tile.finish(start, output, stride, lanes)
  }

  @inline(__always)
  private mutating func begin(
    _ start: TileStart, _ output: UnsafeMutablePointer<Float>, _ stride: Int, _ lanes: (Int) -> Int
  ) {
    switch start {
    case .zero, .addition: break
    case .output:
      for r in 0..<rows {
        let row = output + r * stride
        for v in 0..<vectors { sums[r][v] = loadInOrder(row + v * lanesPerVector, lanes(v)) }
      }
    case .bias(let bias):
      for v in 0..<vectors {
        let values = loadInOrder(bias + v * lanesPerVector, lanes(v))
        for r in 0..<rows { sums[r][v] = values }
      }
    }
  }

  @inline(__always)
  private mutating func accumulate(
    _ depth: Int, _ left: LeftOperand, _ right: RightOperand, _ lanes: (Int) -> Int
  ) {
    var a = left.numbers
    var b = right.numbers
    for _ in 0..<depth {
      var row = Row(repeating: Vector(repeating: 0))
      for v in 0..<vectors {
        let panel = (v / vectorsPerPanel) * right.panelStride
        row[v] = loadInOrder(b + panel + (v % vectorsPerPanel) * lanesPerVector, lanes(v))
      }
      for r in 0..<rows {
        let x = Vector(repeating: a[r * left.rowStride])
        for v in 0..<vectors { sums[r][v].addProduct(x, row[v]) }
      }
      a += left.depthStride
      b += right.depthStride
    }
  }

  @inline(__always)
  private func finish(
    _ start: TileStart, _ output: UnsafeMutablePointer<Float>, _ stride: Int, _ lanes: (Int) -> Int
  ) {
    for r in 0..<rows {
      for v in 0..<vectors {
        let place = output + r * stride + v * lanesPerVector
        var result = sums[r][v]
        if case .addition = start { result += loadInOrder(place, lanes(v)) }
        storeInOrder(result, place, lanes(v))
      }
    }
  }
}
