import CPlatform
import Foundation

/// What FTRL's equation needs to know beside the arrays.
public struct FtrlOptions: Sendable {
  /// The learning rate.
  public var learningRate: Float
  /// p: Keras's `learning_rate_power` with the other sign.
  public var power: Float
  /// λ1 of the L1 penalty.
  public var l1: Float
  /// λ2 of the L2 penalty, with β / (2·lr).
  public var l2: Float
  /// What the gradient gets of the weight, before it is doubled.
  public var l2Shrinkage: Float

  /// Describes a step.
  public init(learningRate: Float, power: Float, l1: Float, l2: Float, l2Shrinkage: Float) {
    self.learningRate = learningRate
    self.power = power
    self.l1 = l1
    self.l2 = l2
    self.l2Shrinkage = l2Shrinkage
  }

  /// x^p for x ≥ 0.
  @inline(__always)
  fileprivate func raised(_ x: Vector) -> Vector {
    if power == 0.5 { return lockstep_square_root(x) }
    var result = x
    for lane in 0..<lanesPerVector { result[lane] = pow(x[lane], power) }
    return result
  }
}

/// Follow the regularized leader, for `count` weights.
///
///     n' = n + g²        z ← z + g + 2·shrinkage·w - (n'^p - n^p) / lr · w
///     w ← (clip(z, -λ1, λ1) - z) / (n'^p / lr + 2·λ2)        n ← n'
///
/// `accumulator` is n and `linear` z.
public func updateFtrl(
  count: Int, weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  accumulator: UnsafeMutablePointer<Float>, linear: UnsafeMutablePointer<Float>,
  options: FtrlOptions, preparation: UpdatePreparation
) {
  let rate = options.learningRate
  forEachVector(count) { place, lanes in
    let g = preparation.gradient(load(gradient + place, lanes))
    let weight = preparation.weight(load(weights + place, lanes))
    let old = load(accumulator + place, lanes)
    let new = old + g * g
    store(new, accumulator + place, lanes)
    let power = options.raised(new)
    var z = load(linear + place, lanes)
    z += g + 2 * options.l2Shrinkage * weight - (power - options.raised(old)) / rate * weight
    store(z, linear + place, lanes)
    let clipped = z.atMost(options.l1).atLeast(-options.l1)
    store((clipped - z) / (power / rate + 2 * options.l2), weights + place, lanes)
  }
}
