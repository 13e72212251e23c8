/// The losses that are a mean of a function of d = prediction - target.
public enum RegressionLoss: Equatable, Sendable {
  /// d².
  case squared
  /// |d|; its derivative at 0 is 0.
  case absolute
  /// d²/2 where |d| <= δ, else δ|d| - δ²/2.
  case huber(delta: Float)
  /// ln cosh d.
  case logCosh
}

/// losses[row] = w · mean over columns of the loss, and its gradient: w · loss′(d) / columns.
///
/// `predictions`, `targets` and `gradient` are [rows, columns] with row strides, `losses` [rows]; w is
/// weights[row], or 1 if `weights` is nil. `gradient` may be nil, `predictions` or `targets`.
public func regressionLossRows(
  _ loss: RegressionLoss, rows: Int, columns: Int, predictions: UnsafePointer<Float>, stride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  losses: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>?, gradientStride: Int
) {
  let all = RowLoss(
    rows: rows, columns: columns, predictions: predictions, stride: stride, targets: targets,
    targetStride: targetStride, weights: weights, losses: losses, gradient: gradient,
    gradientStride: gradientStride)
  switch loss {
  case .squared:
    lossRows(all, loss: { ($0 - $1) * ($0 - $1) }, slope: { 2 * ($0 - $1) })
  case .absolute:
    lossRows(all, loss: { ($0 - $1).magnitudes }, slope: { sign($0 - $1) })
  case .huber(let delta):
    lossRows(
      all,
      loss: { p, t in
        let d = (p - t).magnitudes
        let outside = delta * d - 0.5 * delta * delta
        return (0.5 * d * d).replacing(with: outside, where: d .> delta)
      },
      slope: { ($0 - $1).atMost(delta).atLeast(-delta) })
  case .logCosh:
    lossRows(all, loss: { logCosh($0 - $1) }, slope: { hyperbolicTangent($0 - $1) })
  }
}

/// 1, 0 or -1; NaN for NaN.
@_transparent
private func sign(_ d: Vector) -> Vector {
  d.replacing(with: 1, where: d .> 0).replacing(with: -1, where: d .< 0)
}

/// ln cosh d = |d| + ln(1 + e^(-2|d|)) - ln 2.
@_transparent
private func logCosh(_ d: Vector) -> Vector {
  let size = d.magnitudes
  return size + (logarithmOfOnePlus(boundedExponential(-2 * size)) - 0.693_147_2)
}
