import Networks

/// The layers, one row each: what a Keras config says of them, both ways.
///
/// A key that Keras 3.0 does not know, or that has no effect, is read and never written: so every
/// Keras 3 takes our files.
enum LayerTable {
  static let rows: [ConfigRow<any Layer>] =
    [
      row("LSTM", lstm) { LSTM(1, recurrentActivation: $0.gateActivation).walking($0) },
      row("GRU", gru) {
        GRU(1, recurrentActivation: $0.gateActivation, resetAfter: $0.generation == .keras3)
          .walking($0)
      },
      row("SimpleRNN", simpleRNN) { SimpleRNN(1).walking($0) },
      row("Dense", dense) { _ in Dense(1) },
      row("Dropout", dropout) { _ in Dropout(0) },
      row("Activation", activation) { _ in ActivationLayer(.linear) },
      row("Flatten", flatten) { _ in Flatten() },
      row("Embedding", embedding) { _ in Embedding(1, 1) },
      row("CategoryEncoding", categoryEncoding) { _ in CategoryEncoding(1) },
      row("Masking", masking) { _ in Masking() },
      row("Bidirectional", bidirectional) {
        var blank = Bidirectional(SimpleRNN(1))
        blank.zeroesMaskedSteps = !$0.isStandalone
        return blank
      },
      row("TimeDistributed", timeDistributed) { _ in TimeDistributed(Flatten()) },
      row("RNN", rnn) { RNN(SimpleRNNCell(SimpleRNN(1))).walking($0) },
    ] + activations + noise + normalizations + pooling + reshaping + merging + own

  static let cuDNNLSTM = row("CuDNNLSTM", lstm) { LSTM(1).walking($0) }
  static let cuDNNGRU = row("CuDNNGRU", gru) { GRU(1).walking($0) }

  private static let dense: [ConfigOption<Dense>] =
    common(\.name) + [
      .size("units", \.units).required().formerly("output_dim"),
      .activation("activation", \.activation),
      .flag("use_bias", \.useBias).formerly("bias"),
      .initializer("kernel_initializer", \.kernelInitializer).formerly("init"),
      .initializer("bias_initializer", \.biasInitializer),
      .regularizer("kernel_regularizer", \.kernelRegularizer).formerly("W_regularizer"),
      .regularizer("bias_regularizer", \.biasRegularizer).formerly("b_regularizer"),
      .unwrittenOnly("activity_regularizer", nil),
      .constraint("kernel_constraint", \.kernelConstraint).formerly("W_constraint"),
      .constraint("bias_constraint", \.biasConstraint).formerly("b_constraint"),
      .unwrittenOnly("quantization_config", nil),
    ]

  private static let dropout: [ConfigOption<Dropout>] =
    common(\.name) + [
      .rate("rate", \.rate).required().formerly("p"), .idle("seed", nil), .only("noise_shape", nil),
    ]

  private static let activation: [ConfigOption<ActivationLayer>] =
    common(\.name) + [.activation("activation", \.activation).required()]

  private static let flatten: [ConfigOption<Flatten>] =
    common(\.name) + [.only("data_format", "channels_last")]

  static func row<L: Layer>(
    _ className: String, _ options: [ConfigOption<L>],
    blank: @escaping @Sendable (ConfigSource) -> L
  ) -> ConfigRow<any Layer> {
    ConfigRow(className, kind: "layer", options: options, upcast: { $0 }, blank: blank)
  }

  static func common<L: Layer>(
    _ name: ConfigOption<L>.Property<String?>
  ) -> [ConfigOption<L>] {
    ConfigOption.common(name)
  }
}

extension RecurrentLayer {
  /// The layer with what no config says and the writer's generation decides.
  func walking(_ source: ConfigSource) -> Self {
    var layer = self
    layer.walk.usesMaskWithInitialState = source.generation != .keras3
    return layer
  }
}
