/// How gradients are kept from growing too large, as Keras's three arguments of that purpose.
///
/// It acts on the mean gradient of the whole batch, after all sums. What scales a gradient is one
/// factor for each parameter; what limits each number is left to the optimizers' loops.
public enum Clipping: Sendable, Equatable {
  /// Each number of a gradient is limited to ±v; Keras's `clipvalue`.
  case value(Double)
  /// The gradient of each parameter is scaled down to this length; Keras's `clipnorm`.
  case norm(Double)
  /// All gradients are scaled by one factor, so that together they have at most this length;
  /// Keras's `global_clipnorm`.
  case globalNorm(Double)

  /// What each number of a scaled gradient is limited to, up and down: infinity for nothing.
  public var limit: Float {
    if case .value(let limit) = self { Float(limit) } else { .infinity }
  }

  /// Computes what each parameter's summed gradient is to be multiplied by.
  ///
  /// A norm that is no finite number makes factors NaN, and so the weights, which stops training:
  /// scaled by 0, such a gradient would do its harm unseen.
  ///
  /// - Parameters:
  ///   - squaredNorms: Σ g² of the summed gradient of each parameter.
  ///   - scale: what makes the sum a mean.
  ///   - factors: overwritten; the scale is included.
  public func factors(
    squaredNorms: UnsafeBufferPointer<Double>, scale: Float,
    into factors: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(squaredNorms.count == factors.count, "one factor for each parameter")
    switch self {
    case .value: factors.update(repeating: scale)
    case .norm(let limit):
      for (index, square) in squaredNorms.enumerated() {
        factors[index] = Self.factor(square, scale, limit)
      }
    case .globalNorm(let limit):
      factors.update(repeating: Self.factor(squaredNorms.reduce(0, +), scale, limit))
    }
  }

  private static func factor(_ square: Double, _ scale: Float, _ limit: Double) -> Float {
    let norm = Double(abs(scale)) * square.squareRoot()
    guard norm.isFinite else { return .nan }
    return norm > limit ? Float(Double(scale) * limit / norm) : scale
  }

  /// A sentence about settings that make no sense; nil when they do.
  public var problem: String? {
    let (name, limit) =
      switch self {
      case .value(let limit): ("clipvalue", limit)
      case .norm(let limit): ("clipnorm", limit)
      case .globalNorm(let limit): ("global_clipnorm", limit)
      }
    return limit > 0 ? nil : "\(name) must be positive, not \(limit)."
  }
}
