/// Any curve whose slope is taken from the output, chosen while the loop runs: for the pairs of a
/// recurrent cell that have no loop of their own.
struct AnyCurve: Curve {
  let kind: ElementwiseActivation

  @inline(never) func value(_ x: Vector) -> Vector {
    switch kind {
    case .linear: x
    case .tanh: Tanh().value(x)
    case .sigmoid: Sigmoid().value(x)
    case .hardSigmoid: HardSigmoid(steepness: 1 / 6).value(x)
    case .hardSigmoidLegacy: HardSigmoid(steepness: 0.2).value(x)
    case .relu: Rectifier().value(x)
    case .softplus: Softplus().value(x)
    case .softsign: Softsign().value(x)
    case .elu: ExponentialLinear().value(x)
    case .selu: ExponentialLinear.selu.value(x)
    case .exponential: exponential(x)
    case .logSigmoid: LogSigmoid().value(x)
    case .hardTanh: HardTanh().value(x)
    case .softShrink: SoftShrink().value(x)
    case .hardShrink: HardShrink().value(x)
    case .squareplus: Squareplus().value(x)
    case .sparsePlus: SparsePlus().value(x)
    case .sparseSigmoid: HardSigmoid(steepness: 0.5).value(x)
    case .silu, .hardSilu, .gelu, .mish, .tanhShrink, .rectifier, .exponentialLinear:
      preconditionFailure("a cell keeps only the outputs of its activations")
    }
  }

  @inline(never) func slope(_ y: Vector) -> Vector {
    switch kind {
    case .linear: Vector(repeating: 1)
    case .tanh: Tanh().slope(y)
    case .sigmoid: Sigmoid().slope(y)
    case .hardSigmoid: HardSigmoid(steepness: 1 / 6).slope(y)
    case .hardSigmoidLegacy: HardSigmoid(steepness: 0.2).slope(y)
    case .relu: Rectifier().slope(y)
    case .softplus: Softplus().slope(y)
    case .softsign: Softsign().slope(y)
    case .elu: ExponentialLinear().slope(y)
    case .selu: ExponentialLinear.selu.slope(y)
    case .exponential: y
    case .logSigmoid: LogSigmoid().slope(y)
    case .hardTanh: HardTanh().slope(y)
    case .softShrink: SoftShrink().slope(y)
    case .hardShrink: HardShrink().slope(y)
    case .squareplus: Squareplus().slope(y)
    case .sparsePlus: SparsePlus().slope(y)
    case .sparseSigmoid: HardSigmoid(steepness: 0.5).slope(y)
    case .silu, .hardSilu, .gelu, .mish, .tanhShrink, .rectifier, .exponentialLinear:
      preconditionFailure("a cell keeps only the outputs of its activations")
    }
  }
}
