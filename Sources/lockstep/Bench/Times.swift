/// How long something took, again and again, in rising order and one unit.
struct Times {
  /// The times.
  let sorted: [Double]

  /// Takes times in any order; there is one at least.
  init(_ times: [Double]) { sorted = times.sorted() }

  /// The time that a part of all of them, from 0 to 1, stays below.
  func quantile(_ part: Double) -> Double {
    sorted[min(Int(part * Double(sorted.count)), sorted.count - 1)]
  }

  /// The time in the middle.
  var median: Double { quantile(0.5) }

  /// The shortest time.
  var least: Double { sorted[0] }
}
