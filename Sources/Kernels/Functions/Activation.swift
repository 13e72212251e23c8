/// The activations of Keras that treat every element alone.
public enum ElementwiseActivation: Hashable, Sendable {
  /// x.
  case linear
  /// tanh x.
  case tanh
  /// 1 / (1 + e^-x).
  case sigmoid
  /// clip(x/6 + 1/2, 0, 1), as Keras 3 has it.
  case hardSigmoid
  /// clip(x/5 + 1/2, 0, 1), as Keras 1 and 2 have it.
  case hardSigmoidLegacy
  /// max(x, 0).
  case relu
  /// ln(1 + e^x).
  case softplus
  /// x / (1 + |x|).
  case softsign
  /// x where it is positive, else e^x - 1.
  case elu
  /// 1.0507 · (x where it is positive, else 1.6733 · (e^x - 1)).
  case selu
  /// e^x.
  case exponential
  /// -ln(1 + e^-x).
  case logSigmoid
  /// clip(x, -1, 1).
  case hardTanh
  /// x moved towards 0 by ½, and 0 nearer than that.
  case softShrink
  /// x, and 0 where |x| <= ½.
  case hardShrink
  /// (x + √(x² + 4)) / 2.
  case squareplus
  /// 0 below -1, (x + 1)²/4 below 1, then x.
  case sparsePlus
  /// clip((x + 1)/2, 0, 1).
  case sparseSigmoid
  /// x / (1 + e^-x).
  case silu
  /// x · clip(x/6 + 1/2, 0, 1).
  case hardSilu
  /// x · Φ(x), Φ the standard normal distribution.
  case gelu
  /// x · tanh ln(1 + e^x).
  case mish
  /// x - tanh x.
  case tanhShrink
  /// x above the threshold, of which no more than 0 … limit is left if there is a limit (infinity is
  /// none); below it slope · (x - threshold).
  case rectifier(slope: Float, limit: Float, threshold: Float)
  /// x where it is positive, else α · (e^x - 1).
  case exponentialLinear(alpha: Float)

  /// Whether the derivative is taken from x: y = f(x) does not tell x, or takes too long to.
  public var readsInput: Bool {
    switch self {
    case .silu, .hardSilu, .gelu, .mish, .tanhShrink, .rectifier, .exponentialLinear: true
    default: false
    }
  }
}

/// y = f(x) for `count` elements; `y` may be `x`.
///
/// The worst errors over two million x in -100 … 100, in units in the last place: elu 1, exponential
/// 1.1, softsign 1.5, sigmoid and selu 2.1, tanh 2.5, softplus 3.3. NaN gives NaN.
/// Of those that are products or differences the error is below 3e-7 of x or of 1.
public func activate(
  _ activation: ElementwiseActivation, count: Int, _ x: UnsafePointer<Float>,
  into y: UnsafeMutablePointer<Float>
) {
  withCurve(activation, Activating(count: count, x: x, y: y))
}

/// dx = dy · f′(x) for `count` elements, from what is kept of the forward pass: y = f(x), or x where
/// the activation `readsInput`; `dx` may be `dy` or `kept`.
///
/// The derivative that is taken from the output: tanh 1 - y², sigmoid y(1 - y), softplus 1 - e^-y,
/// softsign (1 - |y|)², elu 1 or y + 1, squareplus y² / (y² + 1), sparse plus √y. At the ends that the
/// hard ones and relu clip it is 0.
public func activationGradient(
  _ activation: ElementwiseActivation, count: Int, kept: UnsafePointer<Float>,
  dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>
) {
  withCurve(activation, Sloping(count: count, kept: kept, dy: dy, dx: dx))
}

/// y = f(x) for a block of columns: x and y [rows, columns], rows `xStride` and `yStride` floats apart.
public func activate(
  _ activation: ElementwiseActivation, rows: Int, columns: Int, _ x: UnsafePointer<Float>,
  xStride: Int, into y: UnsafeMutablePointer<Float>, yStride: Int
) {
  for row in 0..<rows {
    activate(activation, count: columns, x + row * xStride, into: y + row * yStride)
  }
}

/// dx = dy · f′(x) for a block of columns: kept, dy and dx [rows, columns], each with its row stride.
public func activationGradient(
  _ activation: ElementwiseActivation, rows: Int, columns: Int, kept: UnsafePointer<Float>,
  keptStride: Int, dy: UnsafePointer<Float>, dyStride: Int, into dx: UnsafeMutablePointer<Float>,
  dxStride: Int
) {
  for row in 0..<rows {
    activationGradient(
      activation, count: columns, kept: kept + row * keptStride, dy: dy + row * dyStride,
      into: dx + row * dxStride)
  }
}

/// Work on an array with one activation.
private protocol CurveLoop {
  func run<Function: Curve>(_ curve: Function)
}

/// Runs the loop that is made for an activation.
@_transparent
private func withCurve(_ activation: ElementwiseActivation, _ loop: some CurveLoop) {
  switch activation {
  case .linear: loop.run(Identity())
  case .tanh: loop.run(Tanh())
  case .sigmoid: loop.run(Sigmoid())
  case .hardSigmoid: loop.run(HardSigmoid(steepness: 1 / 6))
  case .hardSigmoidLegacy: loop.run(HardSigmoid(steepness: 0.2))
  case .relu: loop.run(Rectifier())
  case .softplus: loop.run(Softplus())
  case .softsign: loop.run(Softsign())
  case .elu: loop.run(ExponentialLinear())
  case .selu: loop.run(ExponentialLinear.selu)
  case .exponential: loop.run(Exponential())
  case .logSigmoid: loop.run(LogSigmoid())
  case .hardTanh: loop.run(HardTanh())
  case .softShrink: loop.run(SoftShrink())
  case .hardShrink: loop.run(HardShrink())
  case .squareplus: loop.run(Squareplus())
  case .sparsePlus: loop.run(SparsePlus())
  case .sparseSigmoid: loop.run(HardSigmoid(steepness: 0.5))
  case .silu: loop.run(SiLU())
  case .hardSilu: loop.run(HardSiLU())
  case .gelu: loop.run(GELU())
  case .mish: loop.run(Mish())
  case .tanhShrink: loop.run(TanhShrink())
  case .rectifier(let slope, let limit, let threshold):
    loop.run(GeneralRectifier(below: slope, limit: limit, threshold: threshold))
  case .exponentialLinear(let alpha): loop.run(ExponentialLinearOfInput(alpha: alpha))
  }
}

private struct Activating: CurveLoop {
  let count: Int
  let x: UnsafePointer<Float>
  let y: UnsafeMutablePointer<Float>

  func run<Function: Curve>(_ curve: Function) { Loop(all: self, curve: curve).run(count) }

  private struct Loop<Function: Curve>: VectorLoop {
    let all: Activating
    let curve: Function

    @_transparent
    func step(_ place: Int, _ lanes: Int) {
      store(curve.value(load(all.x + place, lanes)), all.y + place, lanes)
    }
  }
}

private struct Sloping: CurveLoop {
  let count: Int
  let kept: UnsafePointer<Float>
  let dy: UnsafePointer<Float>
  let dx: UnsafeMutablePointer<Float>

  func run<Function: Curve>(_ curve: Function) { Loop(all: self, curve: curve).run(count) }

  private struct Loop<Function: Curve>: VectorLoop {
    let all: Sloping
    let curve: Function

    @_transparent
    func step(_ place: Int, _ lanes: Int) {
      let slope = curve.slope(load(all.kept + place, lanes))
      store(load(all.dy + place, lanes) * slope, all.dx + place, lanes)
    }
  }
}
