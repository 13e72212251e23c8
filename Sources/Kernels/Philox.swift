/// Philox4x32-10: ten rounds that turn a counter of four words and a key of two into four random words.
///
/// Random numbers with an address (Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as easy as 1,
/// 2, 3*, SC 2011): what is drawn for a place does not depend on who draws it, or when.
public func philox(
  counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
) -> (UInt32, UInt32, UInt32, UInt32) {
  var (x0, x1, x2, x3) = counter
  var (k0, k1) = key
  for _ in 0..<10 {
    let left = 0xD251_1F53 * UInt64(x0)
    let right = 0xCD9E_8D57 * UInt64(x2)
    x0 = UInt32(truncatingIfNeeded: right >> 32) ^ x1 ^ k0
    x1 = UInt32(truncatingIfNeeded: right)
    x2 = UInt32(truncatingIfNeeded: left >> 32) ^ x3 ^ k1
    x3 = UInt32(truncatingIfNeeded: left)
    k0 &+= 0x9E37_79B9
    k1 &+= 0xBB67_AE85
  }
  return (x0, x1, x2, x3)
}

/// `count` numbers in [0, 1), from the upper 24 bits of random words.
///
/// Number j is lane j % 4 of the block with the counter (j / 4, row, stream, step).
public func uniforms(
  count: Int, row: UInt32, stream: UInt32, step: UInt32, key: (UInt32, UInt32),
  into x: UnsafeMutablePointer<Float>
) {
  forEachRandomVector(count, row, stream, step, key) { bits, place, lanes in
    storeInOrder(unitInterval(bits), x + place, lanes)
  }
}

/// A dropout mask [rows, columns]: 0 with probability `rate`, else 1 / (1 - rate).
///
/// The element (row, column) takes lane column % 4 of the block with the counter
/// (column / 4, firstRow + row, stream, step): the mask of a row is the same in whatever shard it is.
public func dropoutMask(
  rows: Int, columns: Int, firstRow: Int, rate: Float, key: (UInt32, UInt32), step: UInt32,
  stream: UInt32, into mask: UnsafeMutablePointer<Float>
) {
  let kept = 1 / (1 - rate)
  for row in 0..<rows {
    let out = mask + row * columns
    let address = UInt32(truncatingIfNeeded: firstRow + row)
    forEachRandomVector(columns, address, stream, step, key) { bits, place, lanes in
      let keeps = unitInterval(bits) .>= rate
      let values = Vector(repeating: 0).replacing(with: kept, where: keeps)
      storeInOrder(values, out + place, lanes)
    }
  }
}

/// The upper 24 bits of each word as a number in [0, 1).
@_transparent
private func unitInterval(_ bits: SIMD16<UInt32>) -> Vector {
  // 12 bits at a time become floats in the fraction of 2²³: Swift's conversion is not vectorized.
  let high = Vector(bits: (bits &>> 20) | 0x4b00_0000) - 0x1p23
  let low = Vector(bits: ((bits &>> 8) & 0xfff) | 0x4b00_0000) - 0x1p23
  return (high * 0x1p-12).addingProduct(low, Vector(repeating: 0x1p-24))
}

/// Calls `body` with 16 random words at a time.
@_transparent
private func forEachRandomVector(
  _ count: Int, _ row: UInt32, _ stream: UInt32, _ step: UInt32, _ key: (UInt32, UInt32),
  _ body: (_ bits: SIMD16<UInt32>, _ place: Int, _ lanes: Int) -> Void
) {
  var first = 0
  while first < count {
    var blocks = PhiloxBlocks(
      SIMD8(0, 1, 2, 3, 4, 5, 6, 7) &+ UInt64(truncatingIfNeeded: first / 4),
      SIMD8(repeating: UInt64(row)), SIMD8(repeating: UInt64(stream)),
      SIMD8(repeating: UInt64(step)))
    blocks.mix(key)
    let (low, high) = blocks.words
    body(low, first, min(lanesPerVector, count - first))
    if first + lanesPerVector < count {
      let place = first + lanesPerVector
      body(high, place, min(lanesPerVector, count - place))
    }
    first += 2 * lanesPerVector
  }
}

/// Eight blocks side by side, each word in the lower half of a 64-bit lane, where the products need it.
private struct PhiloxBlocks {
  typealias Words = SIMD8<UInt64>

  private(set) var x0: Words
  private(set) var x1: Words
  private(set) var x2: Words
  private(set) var x3: Words

  @_transparent
  init(_ x0: Words, _ x1: Words, _ x2: Words, _ x3: Words) {
    (self.x0, self.x1, self.x2, self.x3) = (x0, x1, x2, x3)
  }

  @_transparent
  mutating func mix(_ key: (UInt32, UInt32)) {
    let lowWord = Words(repeating: 0xffff_ffff)
    var (k0, k1) = key
    for _ in 0..<10 {
      let p0 = (x0 & lowWord) &* 0xd251_1f53
      let p1 = (x2 & lowWord) &* 0xcd9e_8d57
      let y0 = (p1 &>> 32) ^ x1 ^ Words(repeating: UInt64(k0))
      let y2 = (p0 &>> 32) ^ x3 ^ Words(repeating: UInt64(k1))
      (x0, x1, x2, x3) = (y0, p1 & lowWord, y2, p0 & lowWord)
      k0 &+= 0x9e37_79b9
      k1 &+= 0xbb67_ae85
    }
  }

  /// The 32 words in the order of their addresses: block after block.
  @_transparent
  var words: (SIMD16<UInt32>, SIMD16<UInt32>) {
    // [x0 x1] and [x2 x3] of each block as 64-bit lanes, then interleaved.
    let a = x0 | (x1 &<< 32)
    let b = x2 | (x3 &<< 32)
    return (
      Self.interleave(a.lowHalf, b.lowHalf), Self.interleave(a.highHalf, b.highHalf)
    )
  }

  @_transparent
  private static func interleave(_ a: SIMD4<UInt64>, _ b: SIMD4<UInt64>) -> SIMD16<UInt32> {
    var result = Words(repeating: 0)
    result.evenHalf = a
    result.oddHalf = b
    return unsafeBitCast(result, to: SIMD16<UInt32>.self)
  }
}
