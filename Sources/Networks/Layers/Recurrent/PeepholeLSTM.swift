import Kernels
import Tensors

/// An LSTM whose gates see the cell state, as Gers and Schmidhuber describe it: the input and the
/// forget gate see the state before the step, the output gate the one after it.
///
///     z = x·kernel + h·recurrent + bias
///     i = σ(z_i + p_i ⊙ c)   f = σ(z_f + p_f ⊙ c)   g = φ(z_c)
///     c = f ⊙ c + i ⊙ g      o = σ(z_o + p_o ⊙ c)   h = o ⊙ ψ(c)
///
/// Keras has no such layer.
public struct PeepholeLSTM: Layer {
  /// The name of the class.
  public static let className = "PeepholeLSTM"
  /// The layer's name.
  public var name: String?
  /// What recurrent layers have in common.
  public var options: RecurrentOptions
  /// What is applied to the gates i, f and o.
  public var recurrentActivation: Activation
  /// ψ, what is applied to the state that is put out.
  public var outputActivation: Activation
  /// Whether the bias of the forget gate starts at one.
  public var unitForgetBias: Bool
  /// What fills the peepholes, [3, units]: of the gates i, f and o.
  public var peepholeInitializer: any Initializer = GlorotUniform()

  /// A layer of `units` units; `configure` changes the other options.
  public init(
    _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid,
    outputActivation: Activation = .tanh, returnSequences: Bool = false,
    unitForgetBias: Bool = true, name: String? = nil,
    configure: (inout RecurrentOptions) -> Void = { _ in }
  ) {
    options = RecurrentOptions(units: units, activation: activation)
    options.returnSequences = returnSequences
    configure(&options)
    self.recurrentActivation = recurrentActivation
    self.outputActivation = outputActivation
    self.unitForgetBias = unitForgetBias
    self.name = name
  }

  /// Declares kernels, bias and peepholes, and the walk over time.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try options.check(inputs, stateCount: 2)
    let units = options.units
    let weights = RecurrentWeights(
      cell: "peephole_lstm_cell", options, features: input.shape.features, gates: 4,
      biasInitializer: unitForgetBias ? ForgetBias(options.biasInitializer) : nil, &blueprint)
    let peephole = blueprint.parameter(
      "peephole_lstm_cell/peephole", [3, units], peepholeInitializer, object: "cell")
    let recurrence = try Recurrence(options, inputs: inputs, stateCount: 2, &blueprint)
    blueprint.appendLSTM(
      recurrence, input: input, kernel: weights.kernel, recurrent: weights.recurrent,
      bias: weights.bias, className: Self.className, cell: try step(peephole))
    blueprint.count(
      flops: 2 * recurrence.steps * units * (4 * (input.shape.features + units) + 3))
    return recurrence.outputs
  }

  private func step(_ peephole: Slot) throws(NetworkError) -> PeepholeLSTMStep {
    func fused(_ key: String, _ activation: Activation) throws(NetworkError)
      -> ElementwiseActivation
    {
      if let found = activation.fusible { return found }
      throw NetworkError(
        "\(key) '\(activation.name)' cannot stand in a PeepholeLSTM, whose slopes follow from "
          + "outputs alone; choose tanh, sigmoid, hard_sigmoid, softsign, relu, linear or another "
          + "that sees one number at a time.")
    }
    return PeepholeLSTMStep(
      units: options.units, peephole: peephole, activation: options.activation,
      recurrentActivation: recurrentActivation,
      curves: (
        try fused("activation", options.activation),
        try fused("recurrent_activation", recurrentActivation),
        try fused("output_activation", outputActivation)
      ))
  }
}

extension PeepholeLSTM: OwnLayer {
  /// None.
  public func kerasEquivalent(
    named name: String
  ) throws(NetworkError) -> KerasEquivalent {
    throw NetworkError(
      "Keras has no LSTM with peepholes; keep the model in our own .h5, take its arrays as npz, or "
        + "train an LSTM in its place")
  }
}

/// One time step of an LSTM with peepholes.
struct PeepholeLSTMStep: LSTMCellStep {
  let units: Int
  let peephole: Slot
  let activation: Activation
  let recurrentActivation: Activation
  /// φ, σ and ψ.
  let curves: (ElementwiseActivation, ElementwiseActivation, ElementwiseActivation)
  let order = LSTMGates.keras

  func forward(
    gates: Matrix, previous: Matrix, c: Matrix, activated: Matrix, h: Matrix,
    _ pass: borrowing Pass
  ) {
    peepholeForward(
      activation: curves.0, recurrentActivation: curves.1, outputActivation: curves.2,
      step(gates, previous, c, activated, pass), h: h.base)
  }

  func backward(
    gates: Matrix, previous: Matrix, c: Matrix, activated: Matrix, dh: Matrix, dc: Matrix,
    _ pass: borrowing Pass
  ) {
    peepholeBackward(
      activation: curves.0, recurrentActivation: curves.1, outputActivation: curves.2,
      step(gates, previous, c, activated, pass), dh: dh.base, dc: dc.base)
  }

  func addGradients(gates: Matrix, previous: Matrix, c: Matrix, _ pass: borrowing Pass) {
    peepholeGradient(
      step(gates, previous, c, c, pass), to: pass.gradient(peephole).base)
  }

  private func step(
    _ gates: Matrix, _ previous: Matrix, _ c: Matrix, _ activated: Matrix, _ pass: borrowing Pass
  ) -> PeepholeStep {
    PeepholeStep(
      rows: gates.rows, units: units, peephole: pass.weight(peephole).base, gates: gates.base,
      cPrevious: previous.base, c: c.base, activatedC: activated.base)
  }
}
