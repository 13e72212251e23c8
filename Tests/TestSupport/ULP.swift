/// The distance of a result from the exact value, in units in the last place of the exact value
/// rounded to `Float`; 0 where both are NaN, or the same infinity.
///
/// - Parameters:
///   - result: what was computed
///   - exact: what it should be
/// - Returns: the distance; infinite if only one of them is NaN or infinite.
public func ulps(_ result: Float, _ exact: Double) -> Double {
  let rounded = Float(exact)
  if rounded.isNaN || result.isNaN { return rounded.isNaN && result.isNaN ? 0 : .infinity }
  if rounded.isInfinite || result.isInfinite { return rounded == result ? 0 : .infinity }
  // Below the normal numbers nothing is promised: training flushes them to zero.
  let smallest = Float.leastNormalMagnitude
  if abs(exact) < Double(smallest) && result.magnitude <= smallest { return 0 }
  // In double precision: `Float.ulp` may itself be a denormal, flushed to zero.
  let unit = Double(sign: .plus, exponent: Int(rounded.exponent) - 23, significand: 1)
  return abs(Double(result) - exact) / unit
}

/// The largest distance between results and exact values, and where it is.
public struct WorstULP: Sendable {
  /// The distance in units in the last place.
  public private(set) var ulps = 0.0
  /// What was given to `add` with it.
  public private(set) var place = ""

  /// Starts with no result seen.
  public init() {}

  /// Takes one more result into account; `place` describes it should it be the worst.
  public mutating func add(
    _ result: Float, _ exact: Double, at place: @autoclosure () -> String = ""
  ) {
    let distance = TestSupport.ulps(result, exact)
    if distance > ulps {
      ulps = distance
      self.place = "\(place()): \(result), exactly \(exact)"
    }
  }
}
