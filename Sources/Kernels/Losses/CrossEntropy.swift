/// Cross-entropy of the softmax of logits, with one class number for each row.
///
///     losses[row] = w · (ln Σ e^x - x[target])        dLogits = w · (softmax(x) - onehot(target))
///
/// `logits` and `dLogits` are [rows, columns] with row strides, `targets` and `losses` [rows];
/// w is weights[row], or 1 if `weights` is nil. Without `dLogits` only the losses are computed;
/// it may be `logits`. The caller has checked that 0 <= target < columns.
public func sparseSoftmaxCrossEntropyRows(
  rows: Int, columns: Int, logits: UnsafePointer<Float>, stride: Int,
  targets: UnsafePointer<Int32>, weights: UnsafePointer<Float>?,
  losses: UnsafeMutablePointer<Float>, dLogits: UnsafeMutablePointer<Float>?, dStride: Int
) {
  for row in 0..<rows {
    let x = logits + row * stride
    let target = Int(targets[row])
    let chosen = x[target]
    let weight = weights?[row] ?? 1
    guard let dLogits else {
      losses[row] = weight * (logSumExp(columns, x) - chosen)
      continue
    }
    let d = dLogits + row * dStride
    let (sum, top) = exponentials(columns, x, into: d, next: x + stride)
    losses[row] = weight * (logSum(top, sum) - chosen)
    let factor = weight / sum
    map(columns, d, d) { $0 * factor }
    d[target] -= weight
  }
}

/// Cross-entropy of the softmax of logits, with a distribution for each row.
///
///     losses[row] = w · Σ t (ln Σ e^x - x)        dLogits = w · (softmax(x) · Σ t - t)
///
/// As `sparseSoftmaxCrossEntropyRows`, with `targets` [rows, columns]; `dLogits` may not be `logits`.
public func softmaxCrossEntropyRows(
  rows: Int, columns: Int, logits: UnsafePointer<Float>, stride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  losses: UnsafeMutablePointer<Float>, dLogits: UnsafeMutablePointer<Float>?, dStride: Int
) {
  for row in 0..<rows {
    let x = logits + row * stride
    let t = targets + row * targetStride
    let weight = weights?[row] ?? 1
    guard let dLogits else {
      let normalizer = logSumExp(columns, x)
      losses[row] = weight * surprise(columns, x, t, normalizer).total
      continue
    }
    let d = dLogits + row * dStride
    let (sum, top) = exponentials(columns, x, into: d, next: x + stride)
    let (total, mass) = surprise(columns, x, t, logSum(top, sum))
    losses[row] = weight * total
    let factor = weight * mass / sum
    mapPairs(columns, d, t, d) { $0 * factor - weight * $1 }
  }
}

/// Cross-entropy of the sigmoid of logits, averaged over columns.
///
///     losses[row] = w · mean(max(x, 0) - x·t + ln(1 + e^-|x|))        dLogits = w · (σ(x) - t) / columns
///
/// `logits`, `targets` and `dLogits` are [rows, columns] with row strides, `losses` [rows]; w is
/// weights[row], or 1 if `weights` is nil. `dLogits` may be nil, `logits` or `targets`.
public func sigmoidCrossEntropyRows(
  rows: Int, columns: Int, logits: UnsafePointer<Float>, stride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  losses: UnsafeMutablePointer<Float>, dLogits: UnsafeMutablePointer<Float>?, dStride: Int
) {
  lossRows(
    RowLoss(
      rows: rows, columns: columns, predictions: logits, stride: stride, targets: targets,
      targetStride: targetStride, weights: weights, losses: losses, gradient: dLogits,
      gradientStride: dStride),
    loss: { x, t in
      (-x).times(t, plus: x.atLeast(0)) + logarithmOfOnePlus(boundedExponential(-x.magnitudes))
    },
    slope: { x, t in Sigmoid().value(x) - t })
}

/// Σ t (normalizer - x) and Σ t; a target of 0 counts nothing, even for x of minus infinity.
@_transparent
private func surprise(
  _ count: Int, _ x: UnsafePointer<Float>, _ t: UnsafePointer<Float>, _ normalizer: Float
) -> (total: Float, mass: Float) {
  var total = Vector(repeating: 0)
  var mass = Vector(repeating: 0)
  forEachVector(count) { place, lanes in
    let target = loadInOrder(t + place, lanes)
    let term = target * (normalizer - loadInOrder(x + place, lanes))
    total += term.replacing(with: 0, where: target .== 0)
    mass += target
  }
  return (total.sum, mass.sum)
}
