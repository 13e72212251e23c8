/// Keras's ReLU with all its options: `top` where x reaches it, x from `threshold` on, and
/// slope · (x - threshold) below.
public struct RectifierShape: Sendable, Hashable {
  /// The slope below the threshold.
  public var slope: Float
  /// Where the identity begins.
  public var threshold: Float
  /// The largest output; infinity for none.
  public var top: Float

  /// A rectifier; Keras's plain ReLU without arguments.
  public init(slope: Float = 0, threshold: Float = 0, top: Float = .infinity) {
    self.slope = slope
    self.threshold = threshold
    self.top = top
  }

  @_transparent
  func value(_ x: Vector) -> Vector {
    let low = slope * (x - threshold)
    return low.replacing(with: x.atMost(top), where: (x .> threshold) .| (x .!= x))
  }

  @_transparent
  func derivative(_ x: Vector) -> Vector {
    Vector(repeating: slope).replacing(with: 1, where: x .> threshold)
      .replacing(with: 0, where: (x .> threshold) .& (x .> top))
  }
}

/// y = rectifier(x) for `count` elements; `y` may be `x`.
public func rectify(
  _ shape: RectifierShape, count: Int, _ x: UnsafePointer<Float>,
  into y: UnsafeMutablePointer<Float>
) {
  map(count, x, y) { shape.value($0) }
}

/// dx = dy · rectifier′(x) for `count` elements; `dx` may be `dy`.
public func rectifierGradient(
  _ shape: RectifierShape, count: Int, x: UnsafePointer<Float>, dy: UnsafePointer<Float>,
  into dx: UnsafeMutablePointer<Float>
) {
  mapPairs(count, x, dy, dx) { shape.derivative($0) * $1 }
}

/// y = x, or alpha · (eˣ - 1) below zero, for `count` elements.
public func exponentialLinear(
  alpha: Float, count: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
) {
  let curve = ExponentialLinear(alpha: alpha)
  map(count, x, y) { curve.value($0) }
}

/// dx = dy, or dy · alpha · eˣ below zero, for `count` elements.
public func exponentialLinearGradient(
  alpha: Float, count: Int, x: UnsafePointer<Float>, dy: UnsafePointer<Float>,
  into dx: UnsafeMutablePointer<Float>
) {
  mapPairs(count, x, dy, dx) {
    (alpha * exponential($0)).replacing(with: 1, where: $0 .> 0) * $1
  }
}

/// y = x, or alpha · x below zero, for `count` elements with an alpha each.
public func parametricRectify(
  count: Int, _ x: UnsafePointer<Float>, alpha: UnsafePointer<Float>,
  into y: UnsafeMutablePointer<Float>
) {
  mapPairs(count, x, alpha, y) { ($0 * $1).replacing(with: $0, where: $0 .> 0) }
}

/// dx = dy, or alpha · dy below zero; x below zero adds dy · x to `slopes`, the gradient of alpha.
public func parametricRectifierGradient(
  count: Int, x: UnsafePointer<Float>, alpha: UnsafePointer<Float>, dy: UnsafePointer<Float>,
  into dx: UnsafeMutablePointer<Float>?, addingTo slopes: UnsafeMutablePointer<Float>
) {
  forEachVector(count) { place, lanes in
    let (value, slope) = (load(x + place, lanes), load(dy + place, lanes))
    let sum = slope.times(value.atMost(0), plus: load(slopes + place, lanes))
    if let dx {
      let low = load(alpha + place, lanes) * slope
      store(low.replacing(with: slope, where: value .> 0), dx + place, lanes)
    }
    store(sum, slopes + place, lanes)
  }
}
