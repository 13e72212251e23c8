import Networks

/// The layers, one row each: what a Keras config says of them, both ways.
///
/// A key that Keras 3.0 does not know, or that has no effect, is read and never written: so every
/// Keras 3 takes our files.
enum LayerTable {
  static let rows: [ConfigRow<any Layer>] =
    [
      row("LSTM", lstm) { _ in LSTM(1) },
      row("GRU", gru) { GRU(1, resetAfter: $0.generation == .keras3) },
      row("SimpleRNN", simpleRNN) { _ in SimpleRNN(1) },
      row("Dense", dense) { _ in Dense(1) },
      row("Dropout", dropout) { _ in Dropout(0) },
      row("Activation", activation) { _ in ActivationLayer(.linear) },
      row("Flatten", flatten) { _ in Flatten() },
    ] + activations + noise + normalizations + pooling + reshaping + merging

  private static let lstm: [ConfigOption<LSTM>] =
    common(\.name) + recurrent(\.options) + [
      .activation("recurrent_activation", \.recurrentActivation),
      .flag("unit_forget_bias", \.unitForgetBias),
      .idle("seed", nil),
    ]

  private static let gru: [ConfigOption<GRU>] =
    common(\.name) + recurrent(\.options) + [
      .activation("recurrent_activation", \.recurrentActivation),
      .flag("reset_after", \.resetAfter),
      .idle("seed", nil),
    ]

  private static let simpleRNN: [ConfigOption<SimpleRNN>] =
    common(\.name) + recurrent(\.options) + [.unwritten("seed")]

  private static let dense: [ConfigOption<Dense>] =
    common(\.name) + [
      .size("units", \.units).required(),
      .activation("activation", \.activation),
      .flag("use_bias", \.useBias),
      .initializer("kernel_initializer", \.kernelInitializer),
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
      .rate("rate", \.rate).required(), .idle("seed", nil), .only("noise_shape", nil),
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
