/// A probability within Keras's limits for one whose logarithm is taken: 10⁻⁷ and 1 - 10⁻⁷.
///
/// They are rounded to single precision as there; outside of them the gradient is zero.
struct Clip {
  /// The lower limit, which is also Keras's smallest number to divide by.
  static let low = Double(Float(1e-7))
  private static let high = Double(1 - Float(1e-7))

  /// The probability, moved to the nearer limit if it is outside; NaN stays.
  let value: Double
  /// Whether the probability was inside.
  let isInside: Bool

  init(_ probability: Double) {
    if probability < Self.low {
      (value, isInside) = (Self.low, false)
    } else if probability > Self.high {
      (value, isInside) = (Self.high, false)
    } else {
      (value, isInside) = (probability, true)
    }
  }
}
