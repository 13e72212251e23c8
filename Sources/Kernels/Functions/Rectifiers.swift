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
