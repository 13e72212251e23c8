import CPlatform

/// A tile whose rows end with a quarter of a vector at most.
///
/// It has `groups` (1 or 2) times four rows, which share a vector for their ends, and `extra` ones with a last
/// vector each, of `vectors`. The bits are those of every tile.
private struct QuarterTile<let groups: Int, let extra: Int, let whole: Int, let vectors: Int> {
  private var above = FourRowSums<whole>()
  private var below = FourRowSums<whole>()
  private var end = FewRowSums<extra, vectors>()

  /// Computes a tile of a packed right side, which `start` says how to begin: with zeros, the output or a bias.
  @inline(__always)
  static func compute(_ work: TileWork) {
    let (output, stride) = (work.output, work.stride)
    let (second, last) = (output + 4 * stride, output + groups * 4 * stride)
    let rest = work.columns - whole * lanesPerVector
    var tile = QuarterTile()
    switch work.start {
    case .zero, .outer, .addition, .additionToZero: break
    case .output: tile.begin(output, second, last, stride, rest)
    case .bias(let bias): tile.begin(bias, bias, bias, 0, rest)
    }
    tile.accumulate(work)
    tile.above.finish(output, stride, rest)
    if groups > 1 { tile.below.finish(second, stride, rest) }
    tile.end.finish(last, stride, rest)
  }

  /// Goes on from numbers of the first row, of the fifth and of the first that is extra.
  @inline(__always)
  private mutating func begin(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ last: UnsafePointer<Float>,
    _ stride: Int, _ rest: Int
  ) {
    above.begin(first, stride, rest)
    if groups > 1 { below.begin(second, stride, rest) }
    end.begin(last, stride, rest)
  }

  /// Runs over all depths, four at a time: so many numbers of four rows fill a vector.
  ///
  /// What is left over is read together with those before it.
  @inline(__always)
  private mutating func accumulate(_ work: TileWork) {
    let (stride, width) = (work.left.rowStride, work.right.depthStride)
    var (left, right) = (work.left.numbers, work.right.numbers)
    var places = InlineArray<4, Int>(repeating: 0)
    for r in 1..<4 { places[r] = lockstep_opaque(r * stride) }
    let four = lockstep_opaque(4 * stride)
    for _ in 0..<work.depth / 4 {
      let numbers = Numbers(left, stride, four)
      add(numbers, 0, left, right, places, four)
      add(numbers, 1, left + 1, right + width, places, four)
      add(numbers, 2, left + 2, right + 2 * width, places, four)
      add(numbers, 3, left + 3, right + 3 * width, places, four)
      left += 4
      right += 4 * width
    }
    let rest = work.depth % 4
    if rest == 0 { return }
    left += rest - 4
    right += (rest - 4) * width
    let numbers = Numbers(left, stride, four)
    if rest > 2 { add(numbers, 1, left + 1, right + width, places, four) }
    if rest > 1 { add(numbers, 2, left + 2, right + 2 * width, places, four) }
    add(numbers, 3, left + 3, right + 3 * width, places, four)
  }

  /// Four numbers of each row, those of a row side by side.
  ///
  /// (Vectors that the compiler may not take apart: it would put every one that is spread together anew.)
  private struct Numbers {
    let upper: Vector
    let lower: Vector

    @inline(__always)
    init(_ left: UnsafePointer<Float>, _ stride: Int, _ four: Int) {
      upper = lockstep_whole(lockstep_load_four_rows(left, stride, 4))
      lower = groups > 1 ? lockstep_whole(lockstep_load_four_rows(left + four, stride, 4)) : upper
    }
  }

  /// Adds the products of a depth: the number of each row is number `place` of its quarter.
  @inline(__always)
  private mutating func add(
    _ numbers: Numbers, _ place: Int, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    _ places: InlineArray<4, Int>, _ four: Int
  ) {
    var row = FourRowSums<whole>.Row(repeating: Vector(repeating: 0))
    for v in 0..<whole { row[v] = load(right + v * lanesPerVector) }
    let last = lockstep_repeat_four(right + whole * lanesPerVector)
    above.add(left, places, row, last, lockstep_spread(numbers.upper, Int32(place)))
    if groups > 1 {
      below.add(left + four, places, row, last, lockstep_spread(numbers.lower, Int32(place)))
    }
    guard extra > 0 else { return }
    for v in 0..<whole { end.add(left + groups * four, places, v, row[v]) }
    end.add(left + groups * four, places, whole, load(right + whole * lanesPerVector))
  }
}

/// The fewest depths for which putting four rows' last columns together pays: 0.7 to 0.98 of the time from here on,
/// and up to 1.1 with five. (At least four, for a tile reads as many at once.)
private let fewestForQuarters = 12

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
