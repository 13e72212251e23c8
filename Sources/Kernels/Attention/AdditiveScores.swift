/// scores[i, j] = Σ tanh(scale · (q[i] + k[j])): q [queries, depth], k [keys, depth].
public func additiveScores(
  queries: Int, keys: Int, depth: Int, scale: Float, _ q: UnsafePointer<Float>,
  _ k: UnsafePointer<Float>, into scores: UnsafeMutablePointer<Float>
) {
  for i in 0..<queries {
    for j in 0..<keys {
      let sum = AdditiveSum(q: q + i * depth, k: k + j * depth, scale: scale)
      scores[i * keys + j] = sum.run(depth)
    }
  }
}

/// The gradients of `additiveScores`: added to dq and dk, and returned for the scale.
public func additiveScoresGradient(
  queries: Int, keys: Int, depth: Int, scale: Float, _ q: UnsafePointer<Float>,
  _ k: UnsafePointer<Float>, scores: UnsafePointer<Float>, dq: UnsafeMutablePointer<Float>,
  dk: UnsafeMutablePointer<Float>
) -> Float {
  var total: Float = 0
  for i in 0..<queries {
    for j in 0..<keys {
      let slope = scores[i * keys + j]
      let (query, key) = (q + i * depth, k + j * depth)
      let (queryGradient, keyGradient) = (dq + i * depth, dk + j * depth)
      var sums = Vector(repeating: 0)
      forEachVector(depth) { place, lanes in
        let x = loadInOrder(query + place, lanes) + loadInOrder(key + place, lanes)
        let t = hyperbolicTangent(scale * x)
        let bend = slope * (1 - t * t)
        sums += bend * x
        let part = bend * scale
        storeInOrder(
          loadInOrder(queryGradient + place, lanes) + part, queryGradient + place, lanes)
        storeInOrder(loadInOrder(keyGradient + place, lanes) + part, keyGradient + place, lanes)
      }
      total += sums.sum
    }
  }
  return total
}

private struct AdditiveSum: VectorSum {
  let q: UnsafePointer<Float>
  let k: UnsafePointer<Float>
  let scale: Float

  // tanh 0 = 0: lanes without numbers add nothing.
  @_transparent
  func term(_ place: Int, _ lanes: Int) -> Vector {
    hyperbolicTangent(scale * (loadInOrder(q + place, lanes) + loadInOrder(k + place, lanes)))
  }
}
