import Kernels

/// The activations of Keras.
public enum Activation: Sendable, Hashable {
  /// x
  case linear
  /// The hyperbolic tangent.
  case tanh
  /// 1 / (1 + e⁻ˣ)
  case sigmoid
  /// Keras 3's: x/6 + 1/2, clipped to [0, 1].
  case hardSigmoid
  /// Keras 1's and 2's: 0.2·x + 0.5, clipped to [0, 1].
  case hardSigmoidLegacy
  /// max(x, 0)
  case relu
  /// x clipped to [0, 6]
  case relu6
  /// x, or 0.2·x below zero
  case leakyReLU
  /// eˣ / Σ eˣ over the features
  case softmax
  /// ln softmax(x) over the features
  case logSoftmax
  /// ln(1 + eˣ)
  case softplus
  /// x / (1 + |x|)
  case softsign
  /// x, or eˣ - 1 below zero
  case elu
  /// The same as elu, whose α is 1.
  case celu
  /// elu scaled so that activations keep mean 0 and variance 1
  case selu
  /// eˣ
  case exponential
  /// x / (1 + e⁻ˣ), also called swish
  case silu
  /// x · hard sigmoid of x, also called hard swish
  case hardSilu
  /// x · Φ(x), exactly
  case gelu
  /// x · tanh ln(1 + eˣ)
  case mish
  /// -ln(1 + e⁻ˣ)
  case logSigmoid
  /// x clipped to [-1, 1]
  case hardTanh
  /// x - tanh x
  case tanhShrink
  /// x moved towards zero by ½
  case softShrink
  /// x, or zero where |x| <= ½
  case hardShrink
  /// (x + √(x² + 4)) / 2
  case squareplus
  /// 0 below -1, (x + 1)²/4 below 1, then x
  case sparsePlus
  /// (x + 1)/2 clipped to [0, 1]
  case sparseSigmoid
  /// Keras's layers `ReLU` and `LeakyReLU`: x above the threshold, of which 0 … maxValue is left if
  /// there is one; below it negativeSlope · (x - threshold).
  case rectifier(negativeSlope: Double, maxValue: Double? = nil, threshold: Double = 0)
  /// Keras's layer `ELU`: x, or α·(eˣ - 1) below zero.
  case exponentialLinear(alpha: Double)
}

extension Activation {
  /// The activations that have no parameters, with Keras's names.
  public static let named: [(name: String, activation: Activation)] = [
    ("linear", .linear), ("tanh", .tanh), ("sigmoid", .sigmoid), ("hard_sigmoid", .hardSigmoid),
    ("hard_sigmoid_legacy", .hardSigmoidLegacy), ("relu", .relu), ("relu6", .relu6),
    ("leaky_relu", .leakyReLU), ("softmax", .softmax), ("log_softmax", .logSoftmax),
    ("softplus", .softplus), ("softsign", .softsign), ("elu", .elu),
    ("celu", .celu), ("selu", .selu), ("exponential", .exponential), ("silu", .silu),
    ("hard_silu", .hardSilu), ("gelu", .gelu), ("mish", .mish), ("log_sigmoid", .logSigmoid),
    ("hard_tanh", .hardTanh), ("tanh_shrink", .tanhShrink), ("soft_shrink", .softShrink),
    ("hard_shrink", .hardShrink), ("squareplus", .squareplus), ("sparse_plus", .sparsePlus),
    ("sparse_sigmoid", .sparseSigmoid),
  ]

  /// Names that some Keras gave an activation besides.
  private static let aliases = [
    "swish": "silu", "hard_swish": "hard_silu", "softmax_v2": "softmax",
  ]

  /// The activation of one of Keras's names; nil when there is none of that name.
  public init?(named name: String) {
    let name = Self.aliases[name] ?? name
    guard let found = Self.named.first(where: { $0.name == name }) else { return nil }
    self = found.activation
  }

  /// Keras's name of the function, or of the function that a parameter makes another one of.
  public var name: String {
    switch self {
    case .rectifier: "relu"
    case .exponentialLinear: "elu"
    default: Self.named.first { $0.activation == self }?.name ?? "\(self)"
    }
  }

  /// The kernel's name of an activation that sees one number at a time; nil for those that see a row.
  public var elementwise: ElementwiseActivation? {
    switch self {
    case .linear: .linear
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .hardSigmoid: .hardSigmoid
    case .hardSigmoidLegacy: .hardSigmoidLegacy
    case .relu: .relu
    case .relu6: .rectifier(slope: 0, limit: 6, threshold: 0)
    case .leakyReLU: .rectifier(slope: 0.2, limit: .infinity, threshold: 0)
    case .softplus: .softplus
    case .softsign: .softsign
    case .elu, .celu: .elu
    case .selu: .selu
    case .exponential: .exponential
    case .silu: .silu
    case .hardSilu: .hardSilu
    case .gelu: .gelu
    case .mish: .mish
    case .logSigmoid: .logSigmoid
    case .hardTanh: .hardTanh
    case .tanhShrink: .tanhShrink
    case .softShrink: .softShrink
    case .hardShrink: .hardShrink
    case .squareplus: .squareplus
    case .sparsePlus: .sparsePlus
    case .sparseSigmoid: .sparseSigmoid
    case .rectifier(let slope, let limit, let threshold):
      .rectifier(
        slope: Float(slope), limit: limit.map { Float($0) } ?? .infinity,
        threshold: Float(threshold))
    case .exponentialLinear(let alpha): .exponentialLinear(alpha: Float(alpha))
    case .softmax, .logSoftmax: nil
    }
  }

  /// Whether the gradient is computed from x, and not from y = f(x).
  public var readsInput: Bool { elementwise?.readsInput ?? false }

  /// The kernel's name, where a cell's kernels can take it: they keep outputs alone.
  var fusible: ElementwiseActivation? { readsInput ? nil : elementwise }
}
