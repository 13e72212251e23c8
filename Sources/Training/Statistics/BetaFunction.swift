import Foundation

/// The incomplete beta function, in double precision.
enum BetaFunction {
  /// I_x(a, b): the part of the beta function's integral from 0 to x, regularized.
  ///
  /// The continued fraction converges quickly below (a + 1) / (a + b + 2); above, it is used for the
  /// other end, whose part is the rest.
  ///
  /// - Parameters:
  ///   - x: from 0 to 1.
  ///   - complement: 1 - x, which is exact where x is near 1.
  ///   - a: above 0.
  ///   - b: above 0.
  /// - Returns: a number from 0 to 1.
  static func regularized(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if complement <= 0 { return 1 }
    let logFactor = a * log(x) + b * log(complement) - logBeta(a, b)
    if x < (a + 1) / (a + b + 2) {
      return exp(logFactor) * fraction(x, a, b) / a
    }
    return 1 - exp(logFactor) * fraction(complement, b, a) / b
  }

  /// ln B(a, b) = ln Γ(a) + ln Γ(b) - ln Γ(a + b), without the large terms that cancel.
  static func logBeta(_ a: Double, _ b: Double) -> Double {
    let (small, large) = (min(a, b), max(a, b))
    guard large >= 10 else { return logGamma(a) + logGamma(b) - logGamma(a + b) }
    let sum = small + large
    // Stirling's series for both large arguments; what is left of ln Γ(large) - ln Γ(sum).
    let growth = (large - 0.5) * log1p(small / large) + small * log(sum) - small
    return logGamma(small) - growth + (stirling(large) - stirling(sum))
  }

  /// What Stirling's formula leaves out of ln Γ(x), for x from 10 on.
  private static func stirling(_ x: Double) -> Double {
    let square = 1 / (x * x)
    let coefficients: [Double] = [
      1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360_360, 1.0 / 156,
    ]
    return coefficients.reversed().reduce(0) { $0 * square + $1 } / x
  }

  private static func logGamma(_ x: Double) -> Double {
    if x >= 10 {
      return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi) + stirling(x)
    }
    // Γ(x + n) = x (x + 1) … Γ(x)
    var (x, product) = (x, 1.0)
    while x < 10 {
      product *= x
      x += 1
    }
    return logGamma(x) - log(product)
  }

  /// The continued fraction of the integral, from the front by Lentz's method.
  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func safe(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / safe(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...100_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / safe(1 + even * d)
      c = safe(1 + even / c)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / safe(1 + odd * d)
      c = safe(1 + odd / c)
      result *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return result
  }
}
