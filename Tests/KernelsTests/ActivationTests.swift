import Foundation
import Kernels
import TestSupport
import Testing

extension ElementwiseActivation {
  /// Every activation, those with parameters with several.
  static let all: [ElementwiseActivation] = [
    .linear, .tanh, .sigmoid, .hardSigmoid, .hardSigmoidLegacy, .relu, .softplus, .softsign, .elu,
    .selu, .exponential, .logSigmoid, .hardTanh, .softShrink, .hardShrink, .squareplus,
    .sparsePlus, .sparseSigmoid, .silu, .hardSilu, .gelu, .mish, .tanhShrink,
    .rectifier(slope: 0.2, limit: .infinity, threshold: 0),
    .rectifier(slope: 0, limit: 6, threshold: 0),
    .rectifier(slope: -0.5, limit: 2.5, threshold: 0.7),
    .rectifier(slope: 0.25, limit: 4, threshold: -1.5), .exponentialLinear(alpha: 0.3),
    .exponentialLinear(alpha: -2),
  ]

  /// f(x) in double precision.
  func exact(_ x: Double) -> Double {
    switch self {
    case .linear: x
    case .tanh: Foundation.tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .hardSigmoid: hard(x / 6 + 0.5)
    case .hardSigmoidLegacy: hard(0.2 * x + 0.5)
    case .relu: x > 0 ? x : x.isNaN ? x : 0
    case .softplus: x > 30 ? x + exp(-x) : log1p(exp(x))
    case .softsign: x.isInfinite ? (x > 0 ? 1 : -1) : x / (1 + abs(x))
    case .elu: x > 0 ? x : expm1(x)
    case .selu: 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * expm1(x))
    case .exponential: exp(x)
    default: exactFurther(x)
    }
  }

  private func exactFurther(_ x: Double) -> Double {
    switch self {
    case .logSigmoid: -ElementwiseActivation.softplus.exact(-x)
    case .hardTanh: 2 * hard(x / 2 + 0.5) - 1
    case .softShrink: x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : x * 0
    case .hardShrink: abs(x) <= 0.5 ? 0 : x
    case .squareplus: max(x, 0) + 2 / (sqrt(x * x + 4) + abs(x))
    case .sparsePlus: x <= -1 ? 0 : x < 1 ? (x + 1) * (x + 1) / 4 : x
    case .sparseSigmoid: hard((x + 1) / 2)
    case .silu: x < -700 ? 0 : x / (1 + exp(-x))
    case .hardSilu: x < -3 ? 0 : x * hard(x / 6 + 0.5)
    case .gelu: x < -700 ? 0 : x * erfc(-x / 2.0.squareRoot()) / 2
    case .mish: x < -700 ? 0 : x * Foundation.tanh(ElementwiseActivation.softplus.exact(x))
    case .tanhShrink: x - Foundation.tanh(x)
    case .rectifier(let slope, let limit, let threshold):
      x > Double(threshold)
        ? limit.isInfinite ? x : min(max(x, 0), Double(limit))
        : slope == 0 ? 0 : Double(slope) * (x - Double(threshold))
    case .exponentialLinear(let alpha): x > 0 ? x : Double(alpha) * expm1(x)
    default: .nan
    }
  }

  private func hard(_ x: Double) -> Double { x.isNaN ? x : min(max(x, 0), 1) }

  /// f′(x) in double precision.
  func exactSlope(_ x: Double) -> Double {
    let y = exact(x)
    switch self {
    case .linear: return 1
    case .tanh: return 1 - y * y
    case .sigmoid: return y * (1 - y)
    case .hardSigmoid: return abs(x) < 3 ? 1.0 / 6 : 0
    case .hardSigmoidLegacy: return abs(x) < 2.5 ? 0.2 : 0
    case .relu: return x > 0 ? 1 : 0
    case .softplus: return 1 / (1 + exp(-x))
    case .softsign: return 1 / ((1 + abs(x)) * (1 + abs(x)))
    case .elu: return x > 0 ? 1 : exp(x)
    case .selu: return 1.0507009873554805 * (x > 0 ? 1 : 1.6732632423543772 * exp(x))
    case .exponential: return y
    default: return exactFurtherSlope(x)
    }
  }

  private func exactFurtherSlope(_ x: Double) -> Double {
    let sigma = 1 / (1 + exp(-x))
    let tanhPlus = Foundation.tanh(ElementwiseActivation.softplus.exact(x))
    return switch self {
    case .logSigmoid: 1 - sigma
    case .hardTanh: abs(x) < 1 ? 1 : 0
    case .softShrink, .hardShrink: abs(x) > 0.5 ? 1 : 0
    case .squareplus: (1 + x / sqrt(x * x + 4)) / 2
    case .sparsePlus: min(max((x + 1) / 2, 0), 1)
    case .sparseSigmoid: abs(x) < 1 ? 0.5 : 0
    case .silu: sigma * (1 + x * (1 - sigma))
    case .hardSilu: abs(x) < 3 ? x / 3 + 0.5 : x > 0 ? 1 : 0
    case .gelu: erfc(-x / 2.0.squareRoot()) / 2 + x * exp(-x * x / 2) / sqrt(2 * .pi)
    case .mish: tanhPlus + x * (1 - tanhPlus * tanhPlus) * sigma
    case .tanhShrink: Foundation.tanh(x) * Foundation.tanh(x)
    case .rectifier(let slope, let limit, let threshold):
      x > Double(threshold)
        ? limit.isInfinite || (x > 0 && x < Double(limit)) ? 1 : 0 : Double(slope)
    case .exponentialLinear(let alpha): x > 0 ? 1 : Double(alpha) * exp(x)
    default: .nan
    }
  }

  /// Whether its error is measured against the size of x or one, since terms cancel in it.
  var cancels: Bool {
    switch self {
    case .silu, .hardSilu, .gelu, .mish, .tanhShrink, .rectifier, .exponentialLinear, .hardTanh,
      .softShrink, .squareplus, .sparsePlus, .sparseSigmoid, .logSigmoid:
      true
    default: false
    }
  }

  /// The error that the documentation states, in units in the last place.
  var statedULPs: Double {
    switch self {
    case .linear, .relu: 0
    case .exponential: 1.1
    case .hardSigmoid, .hardSigmoidLegacy: 1
    case .softsign: 1.5
    case .softplus: 3.5
    default: 2.5
    }
  }
}

@Suite struct ActivationTests {
  /// One in `step` of all floats from 0 to `limit`, and their negatives.
  private func floats(to limit: Float, step: UInt32) -> [Float] {
    stride(from: UInt32(0), through: limit.bitPattern, by: Int(step)).flatMap {
      [Float(bitPattern: $0), -Float(bitPattern: $0)]
    }
  }

  @Test(arguments: ElementwiseActivation.all)
  func theWorstErrorOverTheWholeRange(activation: ElementwiseActivation) {
    let x = floats(to: 100, step: 8009).filter { $0 == 0 || $0.magnitude > 1e-30 }
    var y = [Float](repeating: 0, count: x.count)
    activate(activation, count: x.count, x, into: &y)
    var worst = WorstULP()
    for (x, y) in zip(x, y) {
      // Hard sigmoids are clipped sums: near their lower end only the absolute error counts.
      let exact = activation.exact(Double(x))
      switch activation {
      case _ where activation.cancels:
        #expect(abs(Double(y) - exact) <= 3e-7 * max(1, abs(Double(x))), "\(activation) of \(x)")
      case .hardSigmoid, .hardSigmoidLegacy: worst.add(y + 1, exact + 1, at: "\(x)")
      default: worst.add(y, exact, at: "\(x)")
      }
    }
    print("\(activation): worst \(worst.ulps) ULP at \(worst.place)")
    #expect(worst.ulps <= activation.statedULPs, "\(worst.place)")
  }

  @Test func tanhAndSigmoidStayInTheirBoundsAndRise() {
    for activation in [ElementwiseActivation.tanh, .sigmoid] {
      let x = floats(to: 90, step: 7993).sorted()
      var y = [Float](repeating: 0, count: x.count)
      activate(activation, count: x.count, x, into: &y)
      #expect(y.allSatisfy { $0 >= (activation == .tanh ? -1 : 0) && $0 <= 1 })
      #expect(y.first == (activation == .tanh ? -1 : y.first) && y.last == 1)
    }
  }

  @Test(arguments: ElementwiseActivation.all)
  func theEndsAndNaN(activation: ElementwiseActivation) {
    let x: [Float] = [.nan, .infinity, -.infinity, 0, .greatestFiniteMagnitude, -1e38]
    var y = [Float](repeating: 0, count: x.count)
    activate(activation, count: x.count, x, into: &y)
    #expect(y[0].isNaN)
    for (x, y) in zip(x, y).dropFirst() {
      let exact = activation.exact(Double(x))
      #expect(abs(Double(y) - exact) < 1e-6 || Float(exact) == y, "f(\(x)) = \(y)")
    }
  }

  @Test(arguments: ElementwiseActivation.all)
  func theSlope(activation: ElementwiseActivation) {
    let x = floats(to: 20, step: 100_003)
    var y = [Float](repeating: 0, count: x.count)
    activate(activation, count: x.count, x, into: &y)
    var slope = [Float](repeating: 2, count: x.count)
    let kept = activation.readsInput ? x : y
    activationGradient(activation, count: x.count, kept: kept, dy: slope, into: &slope)
    for (x, slope) in zip(x, slope) {
      let exact = 2 * activation.exactSlope(Double(x))
      // At exactly 0 relu has no derivative, and y tells nothing of an x that was clipped.
      if x == 0 && activation == .relu { continue }
      #expect(abs(Double(slope) - exact) <= 1e-6 * max(1, abs(exact)), "f′(\(x))")
    }
  }

  @Test(arguments: ElementwiseActivation.all)
  func anElementDoesNotDependOnWhereItStands(activation: ElementwiseActivation) {
    var random = SeededRandom(seed: 3)
    let x = random.floats(64, in: -4...4)
    var expected = [Float](repeating: 0, count: 64)
    activate(activation, count: 64, x, into: &expected)
    for count in 0...33 {
      for start in 0...15 {
        var y = [Float](repeating: 77, count: count + 1)
        x.withUnsafeBufferPointer { x in
          guard let base = x.baseAddress else { return }
          activate(activation, count: count, base + start, into: &y)
        }
        #expect(Array(y[..<count]) == Array(expected[start..<start + count]))
        #expect(y[count] == 77)
      }
    }
  }

  @Test func blocksWithStrides() {
    var random = SeededRandom(seed: 4)
    let x = random.floats(5 * 40)
    var y = [Float](repeating: 9, count: 5 * 50)
    activate(.tanh, rows: 5, columns: 20, x, xStride: 40, into: &y, yStride: 50)
    for row in 0..<5 {
      for column in 0..<50 {
        let expected = column < 20 ? tanh(Double(x[row * 40 + column])) : 9
        #expect(ulps(y[row * 50 + column], expected) <= 3)
      }
    }
  }
}
