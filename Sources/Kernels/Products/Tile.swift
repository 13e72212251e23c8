import CPlatform

/// What a tile of results starts from, and what becomes of what was there.
enum TileStart {
  /// The chain of each element starts from zero.
  case zero
  /// The chain of each element goes on from what the output holds.
  case output
  /// The chain starts from a row of numbers, one for each column.
  case bias(UnsafePointer<Float>)
  /// The chain starts from such a row too, and goes on with a product of depth one before its own.
  case outer(bias: UnsafePointer<Float>)
  /// The chain starts from zero, and its end is added to what the output holds.
  case addition
  /// The same as if the output held zeros: whatever it holds is not read.
  case additionToZero
}

/// A product of depth one, of a number for each row and one for each column.
struct OuterOperand {
  /// The number for row 0, and from one to the next.
  let left: UnsafePointer<Float>
  let leftStride: Int
  /// The number for column 0; the others follow.
  let right: UnsafePointer<Float>
}

/// The left side of a product: how to reach the number for row r of a tile and depth k.
struct LeftOperand {
  var numbers: UnsafePointer<Float>
  let rowStride: Int
  let depthStride: Int
}

/// The right side of a product: vectors v of one depth k, `depthStride` apart from one k to the next.
struct RightOperand {
  var numbers: UnsafePointer<Float>
  let depthStride: Int
  /// From one panel to the next, for tiles of several panels.
  let panelStride: Int
  /// Whether the last vector may be read whole, though it has fewer than 16 columns.
  let isReadWhole: Bool
}

/// What a tile computes, but for its size.
struct TileWork {
  /// How many numbers are summed up for an element.
  let depth: Int
  let left: LeftOperand
  let right: RightOperand
  /// How many columns there are: those of the tile's vectors, of which the last may lack some.
  let columns: Int
  let output: UnsafeMutablePointer<Float>
  /// From one row of the output to the next.
  let stride: Int
  let start: TileStart
  /// A place like `output` that will be read or written soon, and is fetched row by row meanwhile if the tile
  /// takes long enough.
  let coming: UnsafePointer<Float>?
  /// What `start` may ask for.
  var outer: OuterOperand?
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

/// `rows` × (16 · `vectors`) elements of a product, held in registers while k runs; of the last vector of a
/// row only the first `rest` lanes may be there (nil: all are).
///
/// Every element is one chain of fused multiply-adds over rising k; so its bits do not depend on the
/// tile that computes it, nor on where it stands in that tile.
struct Sums<let rows: Int, let vectors: Int> {
  typealias Row = InlineArray<vectors, Vector>

  private var elements = InlineArray<rows, Row>(repeating: Row(repeating: Vector(repeating: 0)))

  @inline(__always)
  mutating func begin(
    _ start: TileStart, _ output: UnsafePointer<Float>, _ stride: Int, _ rest: Int?,
    _ outer: OuterOperand?, from row: Int
  ) {
    switch start {
    case .zero, .addition, .additionToZero: break
    case .output:
      for r in 0..<rows {
        for v in 0..<vectors { elements[r][v] = Self.read(output + r * stride, v, rest) }
      }
    case .bias(let bias):
      for v in 0..<vectors {
        let values = Self.read(bias, v, rest)
        for r in 0..<rows { elements[r][v] = values }
      }
    case .outer(let bias):
      guard let outer else { return }
      for v in 0..<vectors {
        let (base, right) = (Self.read(bias, v, rest), Self.read(outer.right, v, rest))
        for r in 0..<rows {
          let left = Vector(repeating: outer.left[(row + r) * outer.leftStride])
          elements[r][v] = base.addingProduct(left, right)
        }
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
    _ start: TileStart, _ output: UnsafeMutablePointer<Float>, _ stride: Int, _ rest: Int?
  ) {
    for r in 0..<rows {
      let row = output + r * stride
      for v in 0..<vectors {
        var result = elements[r][v]
        switch start {
        case .addition: result += Self.read(row, v, rest)
        case .additionToZero: result += Vector(repeating: 0)
        default: break
        }
        if v == vectors - 1, let rest {
          lockstep_store_lanes(row + v * lanesPerVector, result, rest)
        } else {
          store(result, row + v * lanesPerVector)
        }
      }
    }
  }

  /// Vector `v` of a row.
  @inline(__always)
  static func read(_ row: UnsafePointer<Float>, _ v: Int, _ rest: Int?) -> Vector {
    read(row + v * lanesPerVector, v == vectors - 1 ? rest : nil)
  }

  /// The first `lanes` numbers, then zeros.
  @inline(__always)
  static func read(_ source: UnsafePointer<Float>, _ lanes: Int?) -> Vector {
    if let lanes { lockstep_load_lanes(source, lanes) } else { load(source) }
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
      run(work, nil, nil)
    } else {
      let rest = work.columns - (vectors - 1) * lanesPerVector
      work.right.isReadWhole ? run(work, rest, nil) : run(work, rest, rest)
    }
  }

  /// - Parameters:
  ///   - work: what is to be computed.
  ///   - rest: how many lanes of a row's last vector there are; nil for all.
  ///   - rightRest: how many of them may be read of the right-hand side.
  @inline(__always)
  private static func run(_ work: TileWork, _ rest: Int?, _ rightRest: Int?) {
    var tile = Tile()
    let second = work.output + upper * work.stride
    tile.above.begin(work.start, work.output, work.stride, rest, work.outer, from: 0)
    tile.below.begin(work.start, second, work.stride, rest, work.outer, from: upper)
    tile.accumulate(work, rightRest)
    tile.above.finish(work.start, work.output, work.stride, rest)
    tile.below.finish(work.start, second, work.stride, rest)
  }

  /// Runs over all depths; in the widest tiles in a part for each row of what is coming: if all its lines were
  /// asked for at once, those of the panel would have to wait for them.
  @inline(__always)
  private mutating func accumulate(_ work: TileWork, _ rest: Int?) {
    var (left, right) = (work.left, work.right)
    // Places that the compiler cannot derive from one another: it would add them up at every depth, and
    // where the core's other thread is busy, instructions are short.
    var places = InlineArray<upper, Int>(repeating: 0)
    for r in 1..<upper { places[r] = lockstep_opaque(r * left.rowStride) }
    let lowerRows = lockstep_opaque(upper * left.rowStride)
    // (The compiler keeps narrower tiles, which have more rows, in memory then.)
    let isDeep = work.depth >= fewestToFetch
    guard vectors > 3, isDeep, var coming = work.coming else {
      if isDeep, let coming = work.coming { fetch(upper + lower, vectors, coming, work.stride) }
      return add(work.depth, &left, &right, places, lowerRows, rest)
    }
    var depth = work.depth
    let part = depth / (upper + lower)
    repeat {
      fetch(1, vectors, coming, work.stride)
      coming += work.stride
      let count = depth < 2 * part ? depth : part
      add(count, &left, &right, places, lowerRows, rest)
      depth -= count
    } while depth > 0
  }

  /// Adds the products of the next `count` depths.
  @inline(__always)
  private mutating func add(
    _ count: Int, _ left: inout LeftOperand, _ right: inout RightOperand,
    _ places: InlineArray<upper, Int>, _ lowerRows: Int, _ rest: Int?
  ) {
    let width = vectors / panels
    for _ in 0..<count {
      var row = Sums<upper, vectors>.Row(repeating: Vector(repeating: 0))
      for v in 0..<vectors {
        let place = (v / width) * right.panelStride + (v % width) * lanesPerVector
        row[v] = Sums<upper, vectors>.read(
          right.numbers + place, v == vectors - 1 ? rest : nil)
      }
      above.add(left.numbers, places, row)
      below.add(left.numbers + lowerRows, places, row)
      left.numbers += left.depthStride
      right.numbers += right.depthStride
    }
  }
}
