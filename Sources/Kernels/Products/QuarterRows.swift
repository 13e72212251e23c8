import CPlatform

/// The sums of four rows whose last columns, four at most, share one vector; `whole` vectors of each row are whole.
///
/// (Rows by name: of arrays of rows the compiler keeps some in memory.)
struct FourRowSums<let whole: Int> {
  typealias Row = InlineArray<whole, Vector>

  private var first = Row(repeating: Vector(repeating: 0))
  private var second = Row(repeating: Vector(repeating: 0))
  private var third = Row(repeating: Vector(repeating: 0))
  private var fourth = Row(repeating: Vector(repeating: 0))
  /// The last columns of all four, row after row.
  private var ends = Vector(repeating: 0)

  @inline(__always)
  mutating func begin(_ source: UnsafePointer<Float>, _ stride: Int, _ rest: Int) {
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

/// Up to three rows that have a last vector each, of `vectors`: what `Sums` is, by name like those above.
struct FewRowSums<let count: Int, let vectors: Int> {
  typealias Row = InlineArray<vectors, Vector>

  private var first = Row(repeating: Vector(repeating: 0))
  private var second = Row(repeating: Vector(repeating: 0))
  private var third = Row(repeating: Vector(repeating: 0))

  @inline(__always)
  mutating func begin(_ source: UnsafePointer<Float>, _ stride: Int, _ rest: Int) {
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
