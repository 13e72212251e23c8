import Networks

extension LayerTable {
  /// The layers with windows over time, and those that take all of it.
  static let pooling: [ConfigRow<any Layer>] = [
    row("Conv1D", convolution) { _ in Conv1D(1, kernelSize: 1) },
    row("MaxPooling1D", largest) { _ in MaxPooling1D() },
    row("AveragePooling1D", mean) { _ in AveragePooling1D() },
    row("GlobalMaxPooling1D", common(\.name) + global(\.keepdims)) { _ in GlobalMaxPooling1D() },
    row("GlobalAveragePooling1D", common(\.name) + global(\.keepdims)) { _ in
      GlobalAveragePooling1D()
    },
  ]

  private static let convolution: [ConfigOption<Conv1D>] =
    common(\.name) + [
      .size("filters", \.filters).formerly("nb_filter").required(),
      .steps("kernel_size", \.kernelSize).formerly("filter_length").required(),
      .steps("strides", \.strides).formerly("subsample_length"),
      .word("padding", \.padding).formerly("border_mode"),
      .only("data_format", "channels_last"),
      .steps("dilation_rate", \.dilationRate).formerly("atrous_rate"),
      .size("groups", \.groups),
      .activation("activation", \.activation),
      .flag("use_bias", \.useBias).formerly("bias"),
      .initializer("kernel_initializer", \.kernelInitializer).formerly("init"),
      .initializer("bias_initializer", \.biasInitializer),
      .regularizer("kernel_regularizer", \.kernelRegularizer).formerly("W_regularizer"),
      .regularizer("bias_regularizer", \.biasRegularizer).formerly("b_regularizer"),
      .only("activity_regularizer", nil),
      .constraint("kernel_constraint", \.kernelConstraint).formerly("W_constraint"),
      .constraint("bias_constraint", \.biasConstraint).formerly("b_constraint"),
    ]

  private static let largest: [ConfigOption<MaxPooling1D>] =
    common(\.name) + [
      .steps("pool_size", \.poolSize).formerly("pool_length"),
      .word("padding", \.padding).formerly("border_mode"),
      .stepsIfAny("strides", \.strides).formerly("stride"),
      .only("data_format", "channels_last"),
    ]

  private static let mean: [ConfigOption<AveragePooling1D>] =
    common(\.name) + [
      .steps("pool_size", \.poolSize).formerly("pool_length"),
      .word("padding", \.padding).formerly("border_mode"),
      .stepsIfAny("strides", \.strides).formerly("stride"),
      .only("data_format", "channels_last"),
    ]

  private static func global<L: Layer>(
    _ keepdims: ConfigOption<L>.Property<Bool>
  ) -> [ConfigOption<L>] {
    [.only("data_format", "channels_last"), .flag("keepdims", keepdims)]
  }
}
