import CPlatform

// The one vector type of this module: a zmm register with AVX-512, two ymm with AVX2, four q on arm64.
// The end of an array that does not fill a vector goes through the same instructions in some of the
// lanes, so that an element's result never depends on where it stands.
typealias Vector = SIMD16<Float>

// Inlining: the functions of a formula are `@_transparent`. With `@inline(__always)` the optimizer left
// some of them as calls, which pass a vector in four pieces, and took five times as long. The tiles of
// the products and what loads and stores vectors stay with `@inline(__always)`, which is right there.

let lanesPerVector = 16

/// How many of `count` numbers fill vectors.
@inline(__always)
func wholeVectors(_ count: Int) -> Int { count / lanesPerVector * lanesPerVector }

/// Whether a vector is one register (there are 32 of them then).
let hasWideVectors = LOCKSTEP_WIDE_VECTORS == 1

/// `lanes` numbers at `source`, for work on each alone.
///
/// Fewer than 16 come as two parts that overlap: some twice, and not in order. That reads exactly
/// what is there. (A masked load makes the processor wait for earlier stores to the bytes behind.)
@inline(__always)
func load(_ source: UnsafePointer<Float>, _ lanes: Int = lanesPerVector) -> Vector {
  if lanes == lanesPerVector {
    return UnsafeRawPointer(source).loadUnaligned(as: Vector.self)
  }
  let raw = UnsafeRawPointer(source)
  let bytes = lanes * MemoryLayout<Float>.stride
  if lanes >= 8 {
    return Vector(
      lowHalf: raw.loadUnaligned(as: SIMD8<Float>.self),
      highHalf: raw.loadUnaligned(fromByteOffset: bytes - 32, as: SIMD8<Float>.self))
  }
  let four: SIMD4<Float>
  var last = SIMD4<Float>(repeating: 0)
  if lanes >= 4 {
    four = raw.loadUnaligned(as: SIMD4<Float>.self)
    last = raw.loadUnaligned(fromByteOffset: bytes - 16, as: SIMD4<Float>.self)
  } else {
    four = SIMD4(source[0], source[lanes / 2], source[lanes - 1], 0)
  }
  return Vector(lowHalf: SIMD8(lowHalf: four, highHalf: last), highHalf: SIMD8(repeating: 0))
}

/// Writes what was computed from `load` of as many `lanes`.
@inline(__always)
func store(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ lanes: Int = lanesPerVector) {
  let raw = UnsafeMutableRawPointer(target)
  let bytes = lanes * MemoryLayout<Float>.stride
  if lanes == lanesPerVector {
    raw.storeBytes(of: vector, as: Vector.self)
  } else if lanes >= 8 {
    raw.storeBytes(of: vector.lowHalf, as: SIMD8<Float>.self)
    raw.storeBytes(of: vector.highHalf, toByteOffset: bytes - 32, as: SIMD8<Float>.self)
  } else if lanes >= 4 {
    raw.storeBytes(of: vector.lowHalf.lowHalf, as: SIMD4<Float>.self)
    raw.storeBytes(
      of: vector.lowHalf.highHalf, toByteOffset: bytes - 16, as: SIMD4<Float>.self)
  } else {
    target[0] = vector[0]
    target[lanes / 2] = vector[1]
    target[lanes - 1] = vector[2]
  }
}

/// A part of a vector at `source`: four numbers, or eight.
@_transparent
func loadPart<Part: SIMD>(_ source: UnsafePointer<Float>) -> Part where Part.Scalar == Float {
  UnsafeRawPointer(source).loadUnaligned(as: Part.self)
}

/// Writes a part of a vector to `target`.
@_transparent
func storePart<Part: SIMD>(_ part: Part, _ target: UnsafeMutablePointer<Float>)
where Part.Scalar == Float {
  UnsafeMutableRawPointer(target).storeBytes(of: part, as: Part.self)
}

/// The first `lanes` numbers at `source` in their order, then zeros: for sums and packing.
@inline(__always)
func loadInOrder(_ source: UnsafePointer<Float>, _ lanes: Int) -> Vector {
  lanes == lanesPerVector ? load(source) : lockstep_load_lanes(source, lanes)
}

/// The first `lanes` numbers at `source` in their order, with `filler` in the other lanes.
@inline(__always)
func loadInOrder(_ source: UnsafePointer<Float>, _ lanes: Int, filler: Float) -> Vector {
  if lanes == lanesPerVector { return load(source) }
  let absent = laneNumbers .>= Int32(truncatingIfNeeded: lanes)
  return lockstep_load_lanes(source, lanes).replacing(with: filler, where: absent)
}

/// Writes the first `lanes` numbers of a vector whose lanes are in order.
@inline(__always)
func storeInOrder(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ lanes: Int) {
  if lanes == lanesPerVector {
    store(vector, target)
  } else {
    lockstep_store_lanes(target, vector, lanes)
  }
}

/// Calls `body` with the place and the number of lanes of each vector of `count` elements.
@inline(__always)
func forEachVector(_ count: Int, _ body: (_ place: Int, _ lanes: Int) -> Void) {
  var place = 0
  while place + lanesPerVector <= count {
    body(place, lanesPerVector)
    place += lanesPerVector
  }
  if place < count { body(place, count - place) }
}

/// Work on each element of a row alone, as a method that is inlined twice: for whole vectors and for
/// the rest. (A closure that is called twice would stay a function.)
protocol VectorLoop {
  func step(_ place: Int, _ lanes: Int)
}

extension VectorLoop {
  /// Steps over `count` elements.
  @inline(__always)
  func run(_ count: Int) {
    var place = 0
    while place + lanesPerVector <= count {
      step(place, lanesPerVector)
      place += lanesPerVector
    }
    if place < count { step(place, count - place) }
  }
}

/// A sum over the elements of a row, as a method that is inlined as that of `VectorLoop`.
protocol VectorSum {
  /// The terms of `lanes` elements, in order; zero in the other lanes.
  func term(_ place: Int, _ lanes: Int) -> Vector
}

extension VectorSum {
  /// The sum of the terms of `count` elements, in an order that `count` fixes.
  @inline(__always)
  func run(_ count: Int) -> Float {
    var total = Vector(repeating: 0)
    var place = 0
    while place + lanesPerVector <= count {
      total += term(place, lanesPerVector)
      place += lanesPerVector
    }
    if place < count { total += term(place, count - place) }
    return total.sum
  }
}

extension SIMD16 where Scalar == Float {
  /// `self · factor + addend`, rounded once.
  @inline(__always)
  func times(_ factor: Self, plus addend: Self) -> Self { addend.addingProduct(self, factor) }

  /// Everything above `limit` becomes `limit`; NaN stays (one `vminps`).
  @inline(__always)
  func atMost(_ limit: Float) -> Self {
    let limits = Self(repeating: limit)
    return replacing(with: limits, where: self .> limits)
  }

  /// Everything below `limit` becomes `limit`; NaN stays (one `vmaxps`).
  @inline(__always)
  func atLeast(_ limit: Float) -> Self {
    let limits = Self(repeating: limit)
    return replacing(with: limits, where: self .< limits)
  }

  @inline(__always)
  var magnitudes: Self { Self(bits: bits & 0x7fff_ffff) }

  @inline(__always)
  var bits: SIMD16<UInt32> { unsafeBitCast(self, to: SIMD16<UInt32>.self) }

  @inline(__always)
  init(bits: SIMD16<UInt32>) { self = unsafeBitCast(bits, to: Self.self) }

  @inline(__always)
  var signedBits: SIMD16<Int32> { unsafeBitCast(self, to: SIMD16<Int32>.self) }

  @inline(__always)
  init(signedBits: SIMD16<Int32>) { self = unsafeBitCast(signedBits, to: Self.self) }

  /// The sum of all lanes, halves first: the same order on every machine.
  @inline(__always)
  var sum: Float {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    return (four[0] + four[2]) + (four[1] + four[3])
  }

  /// The largest lane, where none is NaN.
  @inline(__always)
  var largest: Float {
    let eight = lowHalf.replacing(with: highHalf, where: highHalf .> lowHalf)
    let four = eight.lowHalf.replacing(
      with: eight.highHalf, where: eight.highHalf .> eight.lowHalf)
    let low = four[0] > four[2] ? four[0] : four[2]
    let high = four[1] > four[3] ? four[1] : four[3]
    return low > high ? low : high
  }
}

/// 0 … 15. (Computed: a stored one would be initialized behind a lock at its first use.)
@inline(__always)
var laneNumbers: SIMD16<Int32> {
  SIMD16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
}
