/// y = x, and winners = candidate, where sign · x is above sign · y, or everywhere if `always`.
public func takeExtreme(
  count: Int, sign: Float, candidate: Float, always: Bool, _ x: UnsafePointer<Float>,
  into y: UnsafeMutablePointer<Float>, winners: UnsafeMutablePointer<Float>
) {
  forEachVector(count) { place, lanes in
    let (next, best) = (load(x + place, lanes), load(y + place, lanes))
    var wins = (sign * next .> sign * best) .| (next .!= next)
    if always { wins = SIMDMask(repeating: true) }
    store(best.replacing(with: next, where: wins), y + place, lanes)
    let winner = load(winners + place, lanes)
    store(winner.replacing(with: candidate, where: wins), winners + place, lanes)
  }
}

/// dx = dy where the candidate won, else 0.
public func takeGradient(
  count: Int, candidate: Float, winners: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
  into dx: UnsafeMutablePointer<Float>
) {
  mapPairs(count, winners, dy, dx) {
    Vector(repeating: 0).replacing(with: $1, where: $0 .== candidate)
  }
}
