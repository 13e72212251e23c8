import Kernels
import Tensors

/// An LSTM as one builds it by hand: one dense layer [features + units, 4·units] on the input and the
/// output before, for all gates in the order input, new value, forget, output.
///
///     z = [x, h]·kernel + bias          i, o = σ(z)   g = φ(z_g)   f = σ(z_f + forget bias)
///     c = f ⊙ c + i ⊙ g                 h = o ⊙ φ(c)
///
/// The bias of the forget gate is added while it runs, so the weights start without one. Keras's
/// `LSTM` computes the same from the same numbers in another order: see `kerasEquivalent(named:)`.
public struct HandBuiltLSTM: Layer {
  /// The name of the class.
  public static let className = "HandBuiltLSTM"
  /// The layer's name.
  public var name: String?
  /// What recurrent layers have in common; there is one kernel, so what concerns the recurrent one
  /// has no meaning.
  public var options: RecurrentOptions
  /// What is applied to the gates i, f and o.
  public var recurrentActivation: Activation
  /// What is added to the forget gate's sum at every step.
  public var forgetBias = 1.0

  /// A layer of `units` units; `configure` changes the other options.
  public init(
    _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid,
    returnSequences: Bool = false, name: String? = nil,
    configure: (inout RecurrentOptions) -> Void = { _ in }
  ) {
    options = RecurrentOptions(units: units, activation: activation)
    options.returnSequences = returnSequences
    configure(&options)
    self.recurrentActivation = recurrentActivation
    self.name = name
  }

  /// Declares the dense layer, and the walk over time.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try options.check(inputs, stateCount: 2)
    let (features, units, width) = (input.shape.features, options.units, 4 * options.units)
    let kernel = blueprint.parameter(
      "kernel", [features + units, width], options.kernelInitializer,
      regularizer: options.kernelRegularizer, constraint: options.kernelConstraint)
    let bias =
      options.useBias
      ? blueprint.parameter(
        "bias", [width], options.biasInitializer, regularizer: options.biasRegularizer,
        constraint: options.biasConstraint) : nil
    // The rows for the input and those for the output before are kernels of their own.
    let top = Slot(offset: kernel.offset, shape: [features, width])
    let bottom = Slot(offset: kernel.offset + features * width, shape: [units, width])
    let recurrence = try Recurrence(options, inputs: inputs, stateCount: 2, &blueprint)
    let order = LSTMGates.newValueSecond(forgetBias: Float(forgetBias))
    blueprint.appendLSTM(
      recurrence, input: input, kernel: top, recurrent: bottom, bias: bias,
      className: Self.className,
      cell: LSTMStep(
        options.activation, recurrentActivation, order: order, units: units, &blueprint))
    blueprint.count(flops: 2 * recurrence.steps * width * (features + units))
    return recurrence.outputs
  }
}

extension HandBuiltLSTM: OwnLayer {
  /// Keras's `LSTM`, with the forget bias in its bias and the gates in its order.
  public func kerasEquivalent(
    named name: String
  ) throws(NetworkError) -> KerasEquivalent {
    guard options.kernelConstraint == nil, options.biasConstraint == nil else {
      throw NetworkError(
        "a constraint holds on the whole kernel or bias of a HandBuiltLSTM, and Keras's LSTM has its "
          + "numbers in two; remove the constraint")
    }
    var options = options
    options.recurrentInitializer = options.kernelInitializer
    options.recurrentRegularizer = options.kernelRegularizer
    options.useBias = options.useBias || forgetBias != 0
    let layer = LSTM(
      options.units, recurrentActivation: recurrentActivation, unitForgetBias: forgetBias != 0)
    var equal = layer
    equal.options = options
    equal.name = name
    let (units, forgetBias) = (options.units, Float(forgetBias))
    return KerasEquivalent(equal) { own in
      let kernel = own[0].columnBlocks(swapping: 1, 2, width: units)
      let features = kernel.shape[0] - units
      var bias =
        own.count > 1
        ? own[1].columnBlocks(swapping: 1, 2, width: units)
        : LayerArray(shape: [4 * units], values: [Float](repeating: 0, count: 4 * units))
      for unit in units..<2 * units { bias.values[unit] += forgetBias }
      let arrays = [kernel.rows(0..<features), kernel.rows(features..<features + units), bias]
      return own.count > 1 || forgetBias != 0 ? arrays : Array(arrays.dropLast())
    }
  }
}
