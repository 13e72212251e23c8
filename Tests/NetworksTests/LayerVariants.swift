import Networks

/// Every way to use a layer, small: what the tests of gradients and of rows go through.
enum LayerVariants {
  /// One recurrent layer with its options; the axes of `recurrent`.
  struct Recurrent: CustomStringConvertible {
    let kind: String
    let activation: Activation
    let recurrentActivation: Activation
    let sequences: Bool
    let backwards: Bool
    let useBias: Bool
    let stateful: Bool
    let returnState: Bool
    let dropout: Double
    let recurrentDropout: Double

    var description: String {
      let flags = [
        sequences ? "sequences" : "", backwards ? "backwards" : "", useBias ? "" : "no bias",
        stateful ? "stateful" : "", returnState ? "state" : "",
      ].filter { !$0.isEmpty }
      return "\(kind) \(activation) \(recurrentActivation) dropout \(dropout) "
        + "\(recurrentDropout) \(flags.joined(separator: " "))"
    }

    func layer(units: Int) -> any Layer {
      switch kind {
      case "LSTM":
        LSTM(
          units, activation: activation, recurrentActivation: recurrentActivation,
          configure: configure)
      case "SimpleRNN": SimpleRNN(units, activation: activation, configure: configure)
      case "HandBuiltLSTM":
        HandBuiltLSTM(
          units, activation: activation, recurrentActivation: recurrentActivation,
          configure: configure)
      case "PeepholeLSTM":
        PeepholeLSTM(
          units, activation: activation, recurrentActivation: recurrentActivation,
          outputActivation: sequences ? activation : .sigmoid, configure: configure)
      default:
        GRU(
          units, activation: activation, recurrentActivation: recurrentActivation,
          resetAfter: kind == "GRU", configure: configure)
      }
    }

    private func configure(_ options: inout RecurrentOptions) {
      options.returnSequences = sequences
      options.goBackwards = backwards
      options.useBias = useBias
      options.stateful = stateful
      options.returnState = returnState
      options.dropout = dropout
      options.recurrentDropout = recurrentDropout
    }
  }

  static let kinds = [
    "LSTM", "GRU", "GRU reset before", "SimpleRNN", "HandBuiltLSTM", "PeepholeLSTM",
  ]

  /// Pairs of activations that are fused into one kernel.
  ///
  /// All are smooth, as differences want; Keras's references have the others.
  private static let fused: [(Activation, Activation)] = [(.tanh, .sigmoid), (.softplus, .tanh)]

  /// Pairs whose numbers stay small, so that differences are exact.
  private static let bounded: [(Activation, Activation)] = [(.tanh, .sigmoid), (.sigmoid, .tanh)]

  /// Pairs that go block by block, since one needs whole rows or its input.
  private static let inBlocks: [(Activation, Activation)] = [
    (.softmax, .sigmoid), (.tanh, .softmax), (.softmax, .softmax), (.silu, .tanh), (.mish, .gelu),
    (.logSoftmax, .silu), (.tanh, .tanhShrink),
  ]

  /// Whether a kind of layer can go block by block.
  static func takesBlocks(_ kind: String) -> Bool { kind != "PeepholeLSTM" }

  /// All combinations of all options of one kind of layer, each with a pair of either sort.
  static func recurrent(_ kind: String) -> [Recurrent] {
    let flags = [false, true]
    let dropouts = [(0.0, 0.0), (0.4, 0.0), (0.0, 0.3), (0.4, 0.3)]
    return (0..<2 * 32 * dropouts.count).map { index in
      var rest = index
      func pick<T>(_ choices: [T]) -> T {
        defer { rest /= choices.count }
        return choices[rest % choices.count]
      }
      let pairs = takesBlocks(kind) ? pick([fused, inBlocks]) : pick([bounded, bounded])
      let (activation, recurrent) = pairs[index / 2 % pairs.count]
      let dropout = pick(dropouts)
      return Recurrent(
        kind: kind, activation: activation, recurrentActivation: recurrent,
        sequences: pick(flags), backwards: pick(flags), useBias: pick(flags),
        stateful: pick(flags), returnState: pick(flags), dropout: dropout.0,
        recurrentDropout: dropout.1)
    }
  }

  /// A network of one recurrent layer, with its states as further outputs if they are returned.
  static func network(
    _ variant: Recurrent, units: Int, input: Shape, rows: Int
  ) throws -> Network {
    var blueprint = Blueprint(rows: rows, inputGradients: true)
    let value = blueprint.input(input)
    let outputs = try blueprint.add(variant.layer(units: units), [value])
    return Network(name: "one", inputs: [value], outputs: outputs, blueprint)
  }

  /// One recurrent layer called twice on values that are read several times, one of its states unused.
  static let shared: Functional = {
    var model = Functional(name: "shared")
    let x = model.input("x", Shape([4, 3]))
    let shared = model.add(LSTM(3, returnSequences: true) { $0.returnState = true })
    let first = model.call(shared, x)
    let second = model.call(shared, model.call(Joined(name: nil), first, x))
    let sum = model.call(Joined(name: nil), first.output(2), second.output(1))
    model.outputs = [model.call(Dense(2), sum), second, first]
    return model
  }()

  /// Every way to merge two directions, with their states returned and given, sequences and last
  /// steps, masked and not.
  static let wrapped: Functional = {
    var model = Functional(name: "wrapped")
    let x = model.input("x", Shape([3, 2]))
    for (index, mode) in ([nil] + Bidirectional.MergeMode.allCases.map(\.self)).enumerated() {
      let layer = LSTM(2, returnSequences: index % 2 == 0) { $0.returnState = index > 1 }
      let both = Bidirectional(layer, mergeMode: mode)
      let masked = index == 1 ? x : model.call(HalfMask(), x)
      let y = model.call(both, masked)
      model.outputs += [y, y.output(1)].prefix(mode == nil || index > 1 ? 2 : 1)
      if index == 4 {
        let states = [1, 4, 3, 2].map { y.output($0) }
        model.outputs.append(model.call(model.add(both), [masked] + states))
      }
    }
    let distributed = model.call(
      TimeDistributed(Dense(4, activation: .tanh)), model.call(HalfMask(), x))
    model.outputs.append(distributed)
    let inner = Sequential(input: Shape([4]), [Dense(6), Dropout(0.3), Dense(3)])
    model.outputs.append(model.call(TimeDistributed(inner), distributed))
    return model
  }()

  /// Every kind of cell in stacks, in both directions, with states returned and given.
  static let stacked: Functional = {
    var model = Functional(name: "stacked")
    let x = model.input("x", Shape([4, 2]))
    let cells: [any RecurrentCell] = [
      LSTMCell(LSTM(3)), GRUCell(GRU(2, resetAfter: false)), SimpleRNNCell(SimpleRNN(4)),
      GRUCell(GRU(2)),
    ]
    for index in 0..<8 {
      let (backwards, reversed, masked) = (index & 1 != 0, index & 2 != 0, index & 4 != 0)
      var stack = StackedRNNCells(cells)
      stack.reverseStateOrder = reversed
      let rnn = RNN(stack) {
        $0.goBackwards = backwards
        $0.returnSequences = masked
        $0.returnState = true
        $0.zeroOutputForMask = reversed
        $0.usesMaskWithInitialState = !backwards
      }
      let sequence = masked ? model.call(HalfMask(), x) : x
      let y = model.call(rnn, sequence)
      let again = model.call(model.add(rnn), [sequence] + (1...5).map { y.output($0) })
      model.outputs += [y, again, again.output(2), again.output(5)]
    }
    model.outputs.append(model.call(RNN(LSTMCell(LSTM(2))), x))
    return model
  }()
  /// Every activation.
  private static let activations =
    Activation.named.map(\.activation) + [
      .rectifier(negativeSlope: 0.1), .rectifier(negativeSlope: -0.4, maxValue: 2),
      .exponentialLinear(alpha: 0.6),
    ]

  /// Models of the other layers, and of layers in stacks.
  static let models: [(name: String, model: any Model)] =
    activations.flatMap { activation in
      [
        ("dense \(activation)", Sequential(input: Shape([5]), [Dense(3, activation: activation)])),
        (
          "dense of sequences \(activation)",
          Sequential(input: Shape([4, 5]), [Dense(3, activation: activation)])
        ),
        (
          "activation \(activation)",
          Sequential(input: Shape([5]), [Dense(3), ActivationLayer(activation)])
        ),
        (
          "activation alone \(activation)",
          Sequential(input: Shape([3, 5]), [ActivationLayer(activation)])
        ),
        (
          "activation over two axes \(activation)",
          Sequential(input: Shape([3, 2, 5]), [ActivationLayer(activation)])
        ),
      ]
    } + [
      ("graph with a shared layer", shared),
      ("wrappers", wrapped), ("cells in a stack", stacked),
      ("masking", Sequential(input: Shape([4, 3]), [Masking(9), Dense(2)])),
      (
        "embedding",
        Sequential(input: Shape([5]), [Embedding(3, 4, maskZero: true), LSTM(2)])
      ),
      (
        "tied embedding",
        Sequential(
          input: Shape([5]),
          [
            Embedding(6, 4), GRU(4, returnSequences: true),
            TiedDense(6, tiedTo: "embedding", activation: .tanh),
          ])
      ),
      (
        "categories",
        Sequential(
          input: Shape([5]), [CategoryEncoding(4), LSTM(2, returnSequences: true), Dense(3)])
      ),
      ("dense without bias", Sequential(input: Shape([5]), [Dense(3, useBias: false)])),
      (
        "dense over two axes",
        Sequential(input: Shape([3, 2, 5]), [Dense(4, activation: .softmax)])
      ),
      ("flatten", Sequential(input: Shape([4, 3]), [Flatten(), Dense(2)])),
      ("flatten over two axes", Sequential(input: Shape([4, 3, 2]), [Flatten(), Dense(2)])),
      ("dropout", Sequential(input: Shape([7]), [Dropout(0.4)])),
      ("dropout of sequences", Sequential(input: Shape([4, 7]), [Dropout(0.4), Dense(3)])),
      (
        "dense stack",
        Sequential(
          input: Shape([5]),
          [Dense(4, activation: .tanh), Dropout(0.3), Dense(3, activation: .softmax)])
      ),
      (
        "everything",
        Sequential(
          input: Shape([4, 2]),
          [
            LSTM(3, returnSequences: true) { $0.dropout = 0.2 }, Dropout(0.3),
            GRU(4, returnSequences: true) { $0.goBackwards = true },
            GRU(3, returnSequences: true, resetAfter: false) { $0.recurrentDropout = 0.3 },
            SimpleRNN(5, returnSequences: true), Dense(3, activation: .softplus), Flatten(),
            Dense(2, activation: .sigmoid),
          ])
      ),
    ]
}
