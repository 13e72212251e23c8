import CPlatform

/// The sums of four rows whose last columns, four at most, share one vector; `whole` vectors of each row are whole.
///
/// (Rows by name: of arrays of rows the compiler keeps some in memory.)
private struct FourRows<let whole: Int> {
  typealias Row = InlineArray<whole, Vector>

  private var first = Row(repeating: Vector(repeating: 0))
  private var second = Row(repeating: Vector(repeating: 0))
  private var third = Row(repeating: Vector(repeating: 0))
  private var fourth = Row(repeating: Vector(repeating: 0))
  /// The last columns of all four, row after row.
  private var ends = Vector(repeating: 0)

  @inline(__always)
  mutating func begin(
    _ start: TileStart, _ output: UnsafePointer<Float>, _ stride: Int, _ rest: Int
  ) {
    switch start {
    case .zero, .addition: break
    case .output: begin(output, stride, rest)
    case .bias(let bias): begin(bias, 0, rest)
    }
  }

  @inline(__always)
  private mutating func begin(_ source: UnsafePointer<Float>, _ stride: Int, _ rest: Int) {
    for v in 0..<whole {
      let place = source + v * lanesPerVector
      first[v] = load(place)
      second[v] = load(place + stride)
      third[v] = load(place + 2 * stride)
      fourth[v] = load(place + 3 * stride)
    }
    ends = lockstep_load_four_rows(source + whole * lanesPerVector, stride, rest)
  }

  /// Adds the products of one depth.
  ///
  /// - Parameters:
  ///   - left: where the first row's number is.
  ///   - places: where the numbers of the four rows are from there.
  ///   - right: the right side's whole vectors.
  ///   - last: its last columns, four times.
  ///   - numbers: each row's number in a quarter of its own.
  @inline(__always)
  mutating func add(
    _ left: UnsafePointer<Float>, _ places: InlineArray<4, Int>, _ right: borrowing Row,
    _ last: Vector, _ numbers: Vector
  ) {
    for v in 0..<whole {
      first[v].addProduct(Vector(repeating: left[0]), right[v])
      second[v].addProduct(Vector(repeating: left[places[1]]), right[v])
      third[v].addProduct(Vector(repeating: left[places[2]]), right[v])
      fourth[v].addProduct(Vector(repeating: left[places[3]]), right[v])
    }
    ends.addProduct(numbers, last)
  }

  @inline(__always)
  func finish(_ output: UnsafeMutablePointer<Float>, _ stride: Int, _ rest: Int) {
    for v in 0..<whole {
      let place = output + v * lanesPerVector
      store(first[v], place)
      store(second[v], place + stride)
      store(third[v], place + 2 * stride)
      store(fourth[v], place + 3 * stride)
    }
    lockstep_store_four_rows(output + whole * lanesPerVector, stride, rest, ends)
  }
}

/// Up to three rows that have a last vector each, of `vectors`.
private struct FewRows<let count: Int, let vectors: Int> {
  typealias Row = InlineArray<vectors, Vector>

  private var first = Row(repeating: Vector(repeating: 0))
  private var second = Row(repeating: Vector(repeating: 0))
  private var third = Row(repeating: Vector(repeating: 0))

  @inline(__always)
  mutating func begin(
    _ start: TileStart, _ output: UnsafePointer<Float>, _ stride: Int, _ rest: Int
  ) {
    switch start {
    case .zero, .addition: break
    case .output: begin(output, stride, rest)
    case .bias(let bias): begin(bias, 0, rest)
    }
  }

  @inline(__always)
  private mutating func begin(_ source: UnsafePointer<Float>, _ stride: Int, _ rest: Int) {
    for v in 0..<vectors {
      let (place, lanes) = (source + v * lanesPerVector, v == vectors - 1 ? rest : lanesPerVector)
      if count > 0 { first[v] = loadInOrder(place, lanes) }
      if count > 1 { second[v] = loadInOrder(place + stride, lanes) }
      if count > 2 { third[v] = loadInOrder(place + 2 * stride, lanes) }
    }
  }

  @inline(__always)
  mutating func add(
    _ left: UnsafePointer<Float>, _ places: InlineArray<4, Int>, _ v: Int, _ right: Vector
  ) {
    if count > 0 { first[v].addProduct(Vector(repeating: left[0]), right) }
    if count > 1 { second[v].addProduct(Vector(repeating: left[places[1]]), right) }
    if count > 2 { third[v].addProduct(Vector(repeating: left[places[2]]), right) }
  }

  @inline(__always)
  func finish(_ output: UnsafeMutablePointer<Float>, _ stride: Int, _ rest: Int) {
    for v in 0..<vectors {
      let (place, lanes) = (output + v * lanesPerVector, v == vectors - 1 ? rest : lanesPerVector)
      if count > 0 { storeInOrder(first[v], place, lanes) }
      if count > 1 { storeInOrder(second[v], place + stride, lanes) }
      if count > 2 { storeInOrder(third[v], place + 2 * stride, lanes) }
    }
  }
}

/// A tile whose rows end with a quarter of a vector at most.
///
/// It has `groups` (1 or 2) times four rows, which share a vector for their ends, and `extra` ones with a last
/// vector each, of `vectors`. The bits are those of every tile.
private struct QuarterTile<let groups: Int, let extra: Int, let whole: Int, let vectors: Int> {
  private var above = FourRows<whole>()
  private var below = FourRows<whole>()
  private var end = FewRows<extra, vectors>()

  /// Computes a tile of a packed right side, which `start` says how to begin; never `.addition`.
  @inline(__always)
  static func compute(_ work: TileWork) {
    let (output, stride) = (work.output, work.stride)
    let (second, last) = (output + 4 * stride, output + groups * 4 * stride)
    let rest = work.columns - whole * lanesPerVector
    var tile = QuarterTile()
    tile.above.begin(work.start, output, stride, rest)
    if groups > 1 { tile.below.begin(work.start, second, stride, rest) }
    tile.end.begin(work.start, last, stride, rest)
    tile.accumulate(work)
    tile.above.finish(output, stride, rest)
    if groups > 1 { tile.below.finish(second, stride, rest) }
    tile.end.finish(last, stride, rest)
  }

  /// Runs over all depths, four at a time: so many numbers of four rows fill a vector.
  @inline(__always)
  private mutating func accumulate(_ work: TileWork) {
    let stride = work.left.rowStride
    var (left, right) = (work.left.numbers, work.right.numbers)
    var places = InlineArray<4, Int>(repeating: 0)
    for r in 1..<4 { places[r] = lockstep_opaque(r * stride) }
    let four = lockstep_opaque(4 * stride)
    var depth = 0
    while depth < work.depth {
      let count = min(4, work.depth - depth)
      if count == 4 {
        let upper = lockstep_load_four_rows(left, stride, 4)
        let lower = groups > 1 ? lockstep_load_four_rows(left + four, stride, 4) : upper
        add(upper, lower, 0, left, right, places, four)
        add(upper, lower, 1, left + 1, right + work.right.depthStride, places, four)
        add(upper, lower, 2, left + 2, right + 2 * work.right.depthStride, places, four)
        add(upper, lower, 3, left + 3, right + 3 * work.right.depthStride, places, four)
      } else {
        let upper = lockstep_load_four_rows(left, stride, count)
        let lower = groups > 1 ? lockstep_load_four_rows(left + four, stride, count) : upper
        for k in 0..<count {
          add(upper, lower, k, left + k, right + k * work.right.depthStride, places, four)
        }
      }
      left += count
      right += count * work.right.depthStride
      depth += count
    }
  }

  /// Adds the products of a depth: the number of each row is number `place` of its quarter.
  @inline(__always)
  private mutating func add(
    _ upper: Vector, _ lower: Vector, _ place: Int, _ left: UnsafePointer<Float>,
    _ right: UnsafePointer<Float>, _ places: InlineArray<4, Int>, _ four: Int
  ) {
    var row = FourRows<whole>.Row(repeating: Vector(repeating: 0))
    for v in 0..<whole { row[v] = load(right + v * lanesPerVector) }
    let last = lockstep_repeat_four(right + whole * lanesPerVector)
    above.add(left, places, row, last, lockstep_spread(upper, Int32(place)))
    if groups > 1 {
      below.add(left + four, places, row, last, lockstep_spread(lower, Int32(place)))
    }
    guard extra > 0 else { return }
    for v in 0..<whole { end.add(left + groups * four, places, v, row[v]) }
    end.add(left + groups * four, places, whole, load(right + whole * lanesPerVector))
  }
}

/// The fewest depths for which putting four rows' last columns together pays: 0.78 to 0.95 of the time from here on,
/// and up to 1.6 with ten.
private let fewestForQuarters = 48

/// Whether the tiles of a panel of `columns` put the last columns of four rows together.
@inline(__always)
func usesQuarters(rows: Int, columns: Int, depth: Int) -> Bool {
  hasWideVectors && rows >= 4 && depth >= fewestForQuarters && columns > lanesPerVector
    && (1...4).contains(columns % lanesPerVector)
}

/// Cuts four rows or more into tiles of eight (four, where three vectors are whole) and of up to three more.
@inline(__always)
func forEachQuarterTile(rows: Int, columns: Int, _ body: (_ row: Int, _ count: Int) -> Void) {
  let most = vectorCount(columns) < 4 ? 8 : 4
  var row = 0
  while row < rows {
    let left = rows - row
    let count = left < most + 4 ? left : most
    body(row, count)
    row += count
  }
}

/// Computes a tile of four to eleven rows (seven, where three vectors are whole) that end with a quarter.
@inline(never)
func computeQuarterTile(rows: Int, _ work: TileWork) {
  switch vectorCount(work.columns) {
  case 2: QuarterTiles<1, 2>.compute(rows, work)
  case 3: QuarterTiles<2, 3>.compute(rows, work)
  default: QuarterTiles<3, 4>.compute(rows, work)
  }
}

/// The tiles whose rows have `whole` whole vectors among `vectors`.
private enum QuarterTiles<let whole: Int, let vectors: Int> {
  @inline(never)
  static func compute(_ rows: Int, _ work: TileWork) {
    switch rows {
    case 4: QuarterTile<1, 0, whole, vectors>.compute(work)
    case 5: QuarterTile<1, 1, whole, vectors>.compute(work)
    case 6: QuarterTile<1, 2, whole, vectors>.compute(work)
    case 7: QuarterTile<1, 3, whole, vectors>.compute(work)
    default: if whole < 3 { computeMore(rows, work) }
    }
  }

  @inline(__always)
  private static func computeMore(_ rows: Int, _ work: TileWork) {
    switch rows {
    case 8: QuarterTile<2, 0, whole, vectors>.compute(work)
    case 9: QuarterTile<2, 1, whole, vectors>.compute(work)
    case 10: QuarterTile<2, 2, whole, vectors>.compute(work)
    default: QuarterTile<2, 3, whole, vectors>.compute(work)
    }
  }
}
