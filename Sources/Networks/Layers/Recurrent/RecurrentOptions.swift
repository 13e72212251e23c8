/// What LSTM, GRU and SimpleRNN have in common, under Keras's names and with its defaults.
public struct RecurrentOptions: Sendable {
  /// How many units: the size of the state and of the output.
  public var units: Int
  /// What is applied to the new value; in an LSTM to the cell state as well.
  public var activation: Activation
  /// Whether biases are added.
  public var useBias = true
  /// How the layer walks over time, and what it puts out.
  public var walk = WalkOptions()
  /// The share of inputs dropped; one mask for all steps of a row.
  public var dropout = 0.0
  /// The share of recurrent inputs dropped; one mask for all steps of a row.
  public var recurrentDropout = 0.0
  /// What fills the kernel [inputs, gates·units].
  public var kernelInitializer: any Initializer = GlorotUniform()
  /// What fills the recurrent kernel [units, gates·units].
  public var recurrentInitializer: any Initializer = Orthogonal()
  /// What fills the bias.
  public var biasInitializer: any Initializer = Zeros()
  /// The penalty on the size of the kernel.
  public var kernelRegularizer: Regularizer?
  /// The penalty on the size of the recurrent kernel.
  public var recurrentRegularizer: Regularizer?
  /// The penalty on the size of the bias.
  public var biasRegularizer: Regularizer?
  /// What the kernel is brought back to after every update.
  public var kernelConstraint: Constraint?
  /// What the recurrent kernel is brought back to after every update.
  public var recurrentConstraint: Constraint?
  /// What the bias is brought back to after every update.
  public var biasConstraint: Constraint?
  /// Where the cell's arrays stand below the layer, where it is not the layer's own cell.
  var place: CellPlace?

  /// Keras's defaults for a number of units.
  public init(units: Int, activation: Activation = .tanh) {
    self.units = units
    self.activation = activation
  }

  /// Returns all steps [B, T, units] instead of the last [B, units].
  public var returnSequences: Bool {
    get { walk.returnSequences }
    set { walk.returnSequences = newValue }
  }
  /// Returns the last state as further outputs.
  public var returnState: Bool {
    get { walk.returnState }
    set { walk.returnState = newValue }
  }
  /// Takes the steps from last to first; the output stays in the order of processing.
  public var goBackwards: Bool {
    get { walk.goBackwards }
    set { walk.goBackwards = newValue }
  }
  /// Goes on from the state that the batch before left in the same row.
  public var stateful: Bool {
    get { walk.stateful }
    set { walk.stateful = newValue }
  }
  /// Puts out zeros for masked steps, not the output before.
  public var zeroOutputForMask: Bool {
    get { walk.zeroOutputForMask }
    set { walk.zeroOutputForMask = newValue }
  }

  /// The inputs as the layer reads them: dropout needs ones and zeros in memory.
  func readable(_ inputs: [Value], _ blueprint: inout Blueprint) -> [Value] {
    dropout > 0 ? inputs.map { blueprint.materialized($0) } : inputs
  }

  /// Checks what a user gave against the inputs, and returns the sequence among them.
  func check(_ inputs: [Value], stateCount: Int) throws(NetworkError) -> Value {
    guard units > 0 else { throw NetworkError("units must be positive, not \(units).") }
    guard let input = inputs.first, inputs.count == 1 || inputs.count == 1 + stateCount else {
      throw NetworkError(
        "a recurrent layer takes a sequence, or a sequence and its \(stateCount) initial states, "
          + "and got \(inputs.count) inputs.")
    }
    guard input.shape.dimensions.count == 2 else {
      throw NetworkError(
        "a recurrent layer needs sequences (None, T, features), and got \(input.shape). "
          + "Set return_sequences on a recurrent layer before it.")
    }
    for state in inputs.dropFirst() where state.shape != Shape([units]) {
      throw NetworkError(
        "an initial state must be \(Shape([units])), as the layer has \(units) units, and is "
          + "\(state.shape).")
    }
    try DropoutMask.check(dropout, "dropout")
    try DropoutMask.check(recurrentDropout, "recurrent_dropout")
    return input
  }

  /// Rate and number of the masks on the inputs, for a layer of `gates` gates (Keras ≥ 3.8: one
  /// mask for all gates, or one for each as soon as there is recurrent dropout).
  func inputDropout(gates: Int) -> (rate: Double, masks: Int) {
    (dropout, dropout == 0 ? 0 : recurrentDropout == 0 ? 1 : gates)
  }

  /// Rate and number of the masks on the recurrent inputs.
  func stateDropout(gates: Int) -> (rate: Double, masks: Int) {
    (recurrentDropout, recurrentDropout == 0 ? 0 : gates)
  }

  /// The columns of each product: all gates at once, or one product for each gate.
  func blocks(gates: Int, split: Bool) -> [Range<Int>] {
    split
      ? (0..<gates).map { $0 * units..<($0 + 1) * units }
      : [0..<gates * units]
  }
}

/// Where the arrays of a cell stand below its layer.
struct CellPlace: Sendable {
  /// Keras's path, for example `stacked_rnn_cells/lstm_cell_1`.
  let path: String
  /// The attributes that lead there in Keras 3's weights files, `cell/cells/lstm_cell_1`.
  let object: String
}
