import Kernels
import TestSupport
import Testing

/// Three steps of each optimizer against its equation in double precision.
@Suite struct OptimizerTests {
  private let count = 37
  private let preparation = UpdatePreparation(scale: 0.5, clip: 0.3, decay: 0.01)

  /// A weight and its moments in double precision.
  struct ExactState {
    var w: Double
    var s = 0.0
    var t = 0.0
    var u = 0.0
  }

  /// Runs three steps; `exact` gets the gradient of one element and updates its state.
  private func check(
    _ name: String,
    kernel: (
      _ step: Int, _ g: [Float], _ w: inout [Float], _ s: inout [Float], _ t: inout [Float],
      _ u: inout [Float]
    ) -> Void,
    exact: (_ step: Int, _ g: Double, _ state: inout ExactState) -> Void
  ) {
    var random = SeededRandom(seed: 9)
    var w = random.floats(count)
    var (s, t, u) = ([Float](repeating: 0, count: count), w, w)
    t = s
    u = s
    var wide = w.map { ExactState(w: $0.double) }
    for step in 1...3 {
      let g = random.floats(count)
      kernel(step, g, &w, &s, &t, &u)
      for j in 0..<count {
        let clipped = min(max(g[j].double * 0.5, -Double(Float(0.3))), Double(Float(0.3)))
        wide[j].w -= 0.01 * wide[j].w
        exact(step, clipped, &wide[j])
        #expect(abs(w[j].double - wide[j].w) < 1e-6, "\(name), step \(step), weight \(j)")
      }
    }
  }

  @Test func sgd() {
    check("SGD") { _, g, w, _, _, _ in
      updateSGD(
        count: count, weights: &w, gradient: g, learningRate: 0.1, preparation: preparation)
    } exact: { _, g, x in
      x.w -= 0.1 * g
    }
  }

  @Test(arguments: [false, true])
  func momentum(nesterov: Bool) {
    check("momentum") { _, g, w, v, _, _ in
      updateMomentum(
        count: count, weights: &w, gradient: g, velocity: &v, learningRate: 0.1, momentum: 0.9,
        nesterov: nesterov, preparation: preparation)
    } exact: { _, g, x in
      x.s = 0.9 * x.s - 0.1 * g
      x.w += nesterov ? 0.9 * x.s - 0.1 * g : x.s
    }
  }

  @Test(arguments: [false, true], [0.0, 0.8] as [Float])
  func rmsprop(centered: Bool, momentum: Float) {
    check("RMSprop") { _, g, w, v, a, q in
      withOptionalPointers(&a, centered, &q, momentum > 0) { a, q in
        updateRMSprop(
          count: count, weights: &w, gradient: g, velocity: &v, average: a, momentums: q,
          learningRate: 0.01, rho: 0.9, momentum: momentum, epsilon: 1e-7,
          preparation: preparation)
      }
    } exact: { _, g, x in
      x.s = 0.9 * x.s + 0.1 * g * g
      x.t = 0.9 * x.t + 0.1 * g
      let step = 0.01 * g / (x.s - (centered ? x.t * x.t : 0) + 1e-7).squareRoot()
      x.u = momentum > 0 ? momentum.double * x.u + step : step
      x.w -= x.u
    }
  }

  /// Where old versions of Keras have it.
  @Test func epsilonOutsideOfTheRoot() {
    check("RMSprop") { _, g, w, v, _, _ in
      updateRMSprop(
        count: count, weights: &w, gradient: g, velocity: &v, average: nil, momentums: nil,
        learningRate: 0.01, rho: 0.9, momentum: 0, epsilon: 0.1, epsilonOutsideRoot: true,
        preparation: preparation)
    } exact: { _, g, x in
      x.s = 0.9 * x.s + 0.1 * g * g
      x.w -= 0.01 * g / (x.s.squareRoot() + Double(Float(0.1)))
    }
    check("Adagrad") { _, g, w, a, _, _ in
      updateAdagrad(
        count: count, weights: &w, gradient: g, accumulator: &a, learningRate: 0.01,
        epsilon: 0.1, epsilonOutsideRoot: true, preparation: preparation)
    } exact: { _, g, x in
      x.s += g * g
      x.w -= 0.01 * g / (x.s.squareRoot() + Double(Float(0.1)))
    }
  }

  @Test(arguments: [false, true])
  func adam(amsgrad: Bool) {
    check("Adam") { step, g, w, m, v, top in
      var unused: [Float] = []
      let b1 = power(0.9, step)
      let b2 = power(0.999, step)
      let alpha = Float(0.01 * (1 - b2).squareRoot() / (1 - b1))
      withOptionalPointers(&top, amsgrad, &unused, false) { top, _ in
        updateAdam(
          count: count, weights: &w, gradient: g, momentum: &m, velocity: &v,
          largestVelocity: top, alpha: alpha, beta1: 0.9, beta2: 0.999, epsilon: 1e-7,
          preparation: preparation)
      }
    } exact: { step, g, x in
      x.s += 0.1 * (g - x.s)
      x.t += 0.001 * (g * g - x.t)
      x.u = max(x.u, x.t)
      let alpha = 0.01 * (1 - power(0.999, step)).squareRoot() / (1 - power(0.9, step))
      x.w -= alpha * x.s / ((amsgrad ? x.u : x.t).squareRoot() + 1e-7)
    }
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { result, _ in result * base }
  }

  private func withOptionalPointers(
    _ a: inout [Float], _ hasA: Bool, _ b: inout [Float], _ hasB: Bool,
    _ body: (UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void
  ) {
    a.withUnsafeMutableBufferPointer { a in
      b.withUnsafeMutableBufferPointer { b in
        body(hasA ? a.baseAddress : nil, hasB ? b.baseAddress : nil)
      }
    }
  }
}

extension Float {
  fileprivate var double: Double { Double(self) }
}
