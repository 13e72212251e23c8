import CPlatform

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
  /// From one panel to the next, for tiles of several panels.
  let panelStride: Int
  /// Whether the last vector may be read whole, though it has fewer than 16 columns.
  let isPadded: Bool
}

/// What a tile computes, but for its size.
struct TileWork {
  /// How many numbers are summed up for an element.
  let depth: Int
  let left: LeftOperand
  let right: RightOperand
  /// How many columns there are, up to those of the tile's vectors.
  let columns: Int
  let output: UnsafeMutablePointer<Float>
  /// From one row of the output to the next.
  let stride: Int
  let start: TileStart
}

/// Fetches rows of vectors that will be read or written soon; the processor foresees none that are far apart.
///
/// Those of a panel, which other tiles come before, go no nearer than the second-level cache.
@inline(__always)
func fetch(
  _ rows: Int, _ vectors: Int, _ place: UnsafePointer<Float>, _ stride: Int, isPanel: Bool = false
) {
  for r in 0..<rows {
    for v in 0..<vectors {
      let line = place + r * stride + v * lanesPerVector
      isPanel ? lockstep_fetch_near(line) : lockstep_fetch(line)
    }
  }
}

/// The fewest depths of a tile that takes as long as its output needs to arrive.
let fewestToFetch = 96

/// `rows` × (16 · `vectors`) elements of a product, held in registers while k runs.
///
/// Every element is one chain of fused multiply-adds over rising k; so its bits do not depend on the
/// tile that computes it, nor on where it stands in that tile.
private struct Sums<let rows: Int, let vectors: Int> {
  typealias Row = InlineArray<vectors, Vector>

  private var elements = InlineArray<rows, Row>(repeating: Row(repeating: Vector(repeating: 0)))

  @inline(__always)
  mutating func begin(
    _ start: TileStart, _ output: UnsafePointer<Float>, _ stride: Int, _ lanes: (Int) -> Int
  ) {
    switch start {
    case .zero, .addition: break
    case .output:
      for r in 0..<rows {
        let row = output + r * stride
        for v in 0..<vectors { elements[r][v] = loadInOrder(row + v * lanesPerVector, lanes(v)) }
      }
    case .bias(let bias):
      for v in 0..<vectors {
        let values = loadInOrder(bias + v * lanesPerVector, lanes(v))
        for r in 0..<rows { elements[r][v] = values }
      }
    }
  }

  /// Adds the products of a column of the left-hand side, whose rows have these places, and a row of the
  /// right-hand side.
  @inline(__always)
  mutating func add<let count: Int>(
    _ left: UnsafePointer<Float>, _ places: InlineArray<count, Int>, _ right: borrowing Row
  ) {
    for r in 0..<rows {
      let x = Vector(repeating: left[places[r]])
      for v in 0..<vectors { elements[r][v].addProduct(x, right[v]) }
    }
  }

  @inline(__always)
  func finish(
    _ start: TileStart, _ output: UnsafeMutablePointer<Float>, _ stride: Int, _ lanes: (Int) -> Int
  ) {
    for r in 0..<rows {
      for v in 0..<vectors {
        let place = output + r * stride + v * lanesPerVector
        var result = elements[r][v]
        if case .addition = start { result += loadInOrder(place, lanes(v)) }
        storeInOrder(result, place, lanes(v))
      }
    }
  }
}

/// `upper` + `lower` rows of sums, whose vectors are those of `panels` panels.
///
/// (The compiler keeps loops over more than nine rows in memory.)
struct Tile<let upper: Int, let lower: Int, let vectors: Int, let panels: Int> {
  private var above = Sums<upper, vectors>()
  private var below = Sums<lower, vectors>()

  /// Computes a tile.
  @inline(__always)
  static func compute(_ work: TileWork) {
    if work.columns == vectors * lanesPerVector {
      run(work, { _ in lanesPerVector }, true)
    } else {
      let lanes = { min(lanesPerVector, max(0, work.columns - $0 * lanesPerVector)) }
      run(work, lanes, work.right.isPadded)
    }
  }

  @inline(__always)
  private static func run(_ work: TileWork, _ lanes: (Int) -> Int, _ readsWhole: Bool) {
    var tile = Tile()
    let second = work.output + upper * work.stride
    tile.above.begin(work.start, work.output, work.stride, lanes)
    tile.below.begin(work.start, second, work.stride, lanes)
    if readsWhole {
      tile.accumulate(work.depth, work.left, work.right) { _ in lanesPerVector }
    } else {
      tile.accumulate(work.depth, work.left, work.right, lanes)
    }
    tile.above.finish(work.start, work.output, work.stride, lanes)
    tile.below.finish(work.start, second, work.stride, lanes)
  }

  @inline(__always)
  private mutating func accumulate(
    _ depth: Int, _ left: LeftOperand, _ right: RightOperand, _ lanes: (Int) -> Int
  ) {
    let width = vectors / panels
    // Places that the compiler cannot derive from one another: it would add them up at every depth, and
    // where the core's other thread is busy, instructions are short.
    var places = InlineArray<upper, Int>(repeating: 0)
    for r in 1..<upper { places[r] = lockstep_opaque(r * left.rowStride) }
    let lowerRows = lockstep_opaque(upper * left.rowStride)
    var a = left.numbers
    var b = right.numbers
    for _ in 0..<depth {
      var row = Sums<upper, vectors>.Row(repeating: Vector(repeating: 0))
      for v in 0..<vectors {
        let place = (v / width) * right.panelStride + (v % width) * lanesPerVector
        row[v] = loadInOrder(b + place, lanes(v))
      }
      above.add(a, places, row)
      below.add(a + lowerRows, places, row)
      a += left.depthStride
      b += right.depthStride
    }
  }
}
