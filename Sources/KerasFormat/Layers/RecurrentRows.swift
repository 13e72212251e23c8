import Networks

extension LayerTable {
  /// The options that LSTM, GRU and SimpleRNN have in common.
  static func recurrent<L: Layer>(
    _ options: ConfigOption<L>.Property<RecurrentOptions>
  ) -> [ConfigOption<L>] {
    let shared: [ConfigOption<RecurrentOptions>] = [
      .flag("return_sequences", \.returnSequences),
      .flag("return_state", \.returnState),
      .flag("go_backwards", \.goBackwards),
      .flag("stateful", \.stateful),
      .idle("unroll", false),
      .unwrittenOnly("time_major", false),
      // Nothing that we have makes masks.
      .idle("zero_output_for_mask", false),
      .unwritten("implementation"), .unwritten("use_cudnn"),
      .size("units", \.units).required(),
      .activation("activation", \.activation),
      .flag("use_bias", \.useBias),
      .initializer("kernel_initializer", \.kernelInitializer),
      .initializer("recurrent_initializer", \.recurrentInitializer),
      .initializer("bias_initializer", \.biasInitializer),
      .only("kernel_regularizer", nil), .only("recurrent_regularizer", nil),
      .only("bias_regularizer", nil), .only("activity_regularizer", nil),
      .only("kernel_constraint", nil), .only("recurrent_constraint", nil),
      .only("bias_constraint", nil),
      .rate("dropout", \.dropout),
      .rate("recurrent_dropout", \.recurrentDropout),
    ]
    return shared.map { $0.of(options) }
  }
}

extension ConfigOption {
  /// The same option of something that has a subject of ours as a property.
  func of<Whole>(_ path: ConfigOption<Whole>.Property<Subject>) -> ConfigOption<Whole> {
    let (read, write) = (read, write)
    return ConfigOption<Whole>(
      key: key, isRequired: isRequired, isEffective: isEffective,
      write: write.map { write in { @Sendable whole in write(whole[keyPath: path]) } },
      read: { whole, json, source throws(KerasFormatError) in
        try read(&whole[keyPath: path], json, source)
      })
  }
}
