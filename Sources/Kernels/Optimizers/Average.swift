/// average ← k·average + (1-k)·w, for `count` weights: an exponential moving average.
public func updateAverage(
  count: Int, weights: UnsafePointer<Float>, average: UnsafeMutablePointer<Float>, momentum: Float
) {
  mapPairs(count, average, weights, average) { $0 * momentum + $1 * (1 - momentum) }
}
