/// An activation as the inner loops see it.
///
/// The plain ones are types of their own, so that the compiler makes a loop for each; `AnyCurve`
/// chooses while it runs.
protocol Curve {
  /// f(x).
  func value(_ x: Vector) -> Vector
  /// f(x) of vectors side by side.
  func value<Part: Vectors>(_ x: SideBySide<Part>) -> SideBySide<Part>
  /// f′(x), from y = f(x), or from x itself where the activation reads its input.
  func slope(_ kept: Vector) -> Vector
}

extension Curve {
  /// f(x) of one vector or several.
  @_transparent
  func value<V: Vectors>(_ x: V) -> V { x.value(of: self) }

  /// f′ of one vector or several.
  @_transparent
  func slope<V: Vectors>(_ kept: V) -> V { kept.slope(of: self) }

  @_transparent
  func value<Part: Vectors>(_ x: SideBySide<Part>) -> SideBySide<Part> {
    SideBySide(x.first.value(of: self), x.second.value(of: self))
  }
}

struct Tanh: Curve {
  @_transparent func value(_ x: Vector) -> Vector { hyperbolicTangent(x) }
  @_transparent
  func value<Part: Vectors>(_ x: SideBySide<Part>) -> SideBySide<Part> { hyperbolicTangent(x) }
  @_transparent func slope(_ y: Vector) -> Vector { (-y).times(y, plus: Vector(repeating: 1)) }
}

struct Sigmoid: Curve {
  @_transparent func value(_ x: Vector) -> Vector { logistic(x) }
  @_transparent
  func value<Part: Vectors>(_ x: SideBySide<Part>) -> SideBySide<Part> { logistic(x) }
  @_transparent func slope(_ y: Vector) -> Vector { y * (1 - y) }
}

/// clip(slope · x + ½, 0, 1); at the clipped ends the derivative is 0.
struct HardSigmoid: Curve {
  let steepness: Float

  @_transparent func value(_ x: Vector) -> Vector {
    x.times(Vector(repeating: steepness), plus: Vector(repeating: 0.5)).atLeast(0).atMost(1)
  }
  @_transparent func slope(_ y: Vector) -> Vector {
    Vector(repeating: 0).replacing(with: steepness, where: (y .> 0) .& (y .< 1))
  }
}

struct Rectifier: Curve {
  @_transparent func value(_ x: Vector) -> Vector { x.atLeast(0) }
  @_transparent func slope(_ y: Vector) -> Vector {
    Vector(repeating: 0).replacing(with: 1, where: y .> 0)
  }
}

struct Softplus: Curve {
  @_transparent func value(_ x: Vector) -> Vector {
    x.atLeast(0) + logarithmOfOnePlus(exponential(-x.magnitudes))
  }
  // y = ln(1 + e^x), so σ(x) = 1 - e^-y.
  @_transparent func slope(_ y: Vector) -> Vector { -exponentialMinusOne(-y) }
}

struct Softsign: Curve {
  @_transparent func value(_ x: Vector) -> Vector {
    let bounded = x.atMost(.greatestFiniteMagnitude).atLeast(-.greatestFiniteMagnitude)
    return bounded / (1 + bounded.magnitudes)
  }
  // |y| = |x| / (1 + |x|), so 1 / (1 + |x|) = 1 - |y|.
  @_transparent func slope(_ y: Vector) -> Vector {
    let rest = 1 - y.magnitudes
    return rest * rest
  }
}

/// scale · (x where it is positive, else α · (e^x - 1)): elu, and with its constants selu.
struct ExponentialLinear: Curve {
  var alpha: Float = 1
  var scale: Float = 1

  static let selu = ExponentialLinear(
    alpha: 1.673_263_242_354_377_2, scale: 1.050_700_987_355_480_5)

  @_transparent func value(_ x: Vector) -> Vector {
    scale * (alpha * exponentialMinusOne(x.atMost(0))).replacing(with: x, where: x .> 0)
  }
  @_transparent func slope(_ y: Vector) -> Vector {
    (y + scale * alpha).replacing(with: scale, where: y .> 0)
  }
}

struct Exponential: Curve {
  @_transparent func value(_ x: Vector) -> Vector { exponential(x) }
  @_transparent func slope(_ y: Vector) -> Vector { y }
}

struct Identity: Curve {
  @_transparent func value(_ x: Vector) -> Vector { x }
  @_transparent func slope(_ y: Vector) -> Vector { Vector(repeating: 1) }
}
