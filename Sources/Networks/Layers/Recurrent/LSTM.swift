/// Long short-term memory, as Keras's `LSTM` (gates in the order i, f, c, o).
///
///     z = x·kernel + h·recurrent + bias        i, f, o = σ(z)   g = φ(z_c)
///     c = f ⊙ c + i ⊙ g                        h = o ⊙ φ(c)
public struct LSTM: Layer {
  /// Keras's name of the class.
  public static let className = "LSTM"
  /// The layer's name.
  public var name: String?
  /// What recurrent layers have in common.
  public var options: RecurrentOptions
  /// What is applied to the gates i, f and o.
  public var recurrentActivation: Activation
  /// Whether the bias of the forget gate starts at one.
  public var unitForgetBias: Bool

  /// A layer of `units` units with Keras's defaults; `configure` changes the other options.
  public init(
    _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid,
    returnSequences: Bool = false, unitForgetBias: Bool = true, name: String? = nil,
    configure: (inout RecurrentOptions) -> Void = { _ in }
  ) {
    options = RecurrentOptions(units: units, activation: activation)
    options.returnSequences = returnSequences
    configure(&options)
    self.recurrentActivation = recurrentActivation
    self.unitForgetBias = unitForgetBias
    self.name = name
  }

  /// Declares kernel, recurrent kernel and bias, and the walk over time.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let inputs = options.readable(inputs, &blueprint)
    let input = try options.check(inputs, stateCount: 2)
    let units = options.units
    let weights = RecurrentWeights(
      cell: "lstm_cell", options, features: input.shape.features, gates: 4,
      biasInitializer: unitForgetBias ? ForgetBias(options.biasInitializer) : nil, &blueprint)
    let recurrence = try Recurrence(options, inputs: inputs, stateCount: 2, &blueprint)
    blueprint.appendLSTM(
      recurrence, input: input, kernel: weights.kernel, recurrent: weights.recurrent,
      bias: weights.bias, className: Self.className,
      cell: LSTMStep(options.activation, recurrentActivation, units: units, &blueprint))
    blueprint.count(flops: 8 * recurrence.steps * units * (input.shape.features + units))
    return recurrence.outputs
  }
}
