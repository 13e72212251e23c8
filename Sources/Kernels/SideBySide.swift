/// What a formula is computed for at once: a vector, or several.
protocol Vectors {
  init(repeating number: Float)
  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  static func * (left: Self, right: Self) -> Self
  static func / (left: Self, right: Self) -> Self
  /// `self · factor + addend`, rounded once.
  func times(_ factor: Self, plus addend: Self) -> Self
  /// Everything above `limit` becomes `limit`; NaN stays.
  func atMost(_ limit: Float) -> Self
  /// Everything below `limit` becomes `limit`; NaN stays.
  func atLeast(_ limit: Float) -> Self
  /// 2^n for n in -126 … 127, where n + 127 stands in the lowest bits.
  var powerOfTwo: Self { get }
  /// A curve's value for each number.
  func value(of curve: some Curve) -> Self
  /// A curve's slope for each number.
  func slope(of curve: some Curve) -> Self
}

extension SIMD16: Vectors where Scalar == Float {
  @_transparent var powerOfTwo: Self { Self(bits: bits &<< 23) }
  @_transparent func value(of curve: some Curve) -> Self { curve.value(self) }
  @_transparent func slope(of curve: some Curve) -> Self { curve.slope(self) }
}

/// Two vectors, or two times several, that go through a formula together.
///
/// A curve is a chain of some twenty instructions of four cycles each, and of those that wait for others
/// the processor sees about a hundred. A cell's last curve waits for all the others, so that one vector
/// after the other leaves it little to do; four at a time take a fifth less.
struct SideBySide<Part: Vectors>: Vectors {
  let first: Part
  let second: Part

  @_transparent
  init(_ first: Part, _ second: Part) {
    self.first = first
    self.second = second
  }

  @_transparent
  init(repeating number: Float) {
    self.init(Part(repeating: number), Part(repeating: number))
  }

  @_transparent
  static func + (left: Self, right: Self) -> Self {
    Self(left.first + right.first, left.second + right.second)
  }

  @_transparent
  static func - (left: Self, right: Self) -> Self {
    Self(left.first - right.first, left.second - right.second)
  }

  @_transparent
  static func * (left: Self, right: Self) -> Self {
    Self(left.first * right.first, left.second * right.second)
  }

  @_transparent
  static func / (left: Self, right: Self) -> Self {
    Self(left.first / right.first, left.second / right.second)
  }

  @_transparent
  func times(_ factor: Self, plus addend: Self) -> Self {
    Self(
      first.times(factor.first, plus: addend.first),
      second.times(factor.second, plus: addend.second))
  }

  @_transparent
  func atMost(_ limit: Float) -> Self { Self(first.atMost(limit), second.atMost(limit)) }

  @_transparent
  func atLeast(_ limit: Float) -> Self { Self(first.atLeast(limit), second.atLeast(limit)) }

  @_transparent
  var powerOfTwo: Self { Self(first.powerOfTwo, second.powerOfTwo) }

  @_transparent
  func value(of curve: some Curve) -> Self { curve.value(self) }

  @_transparent
  func slope(of curve: some Curve) -> Self { Self(curve.slope(first), curve.slope(second)) }
}
