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
      .regularizer("kernel_regularizer", \.kernelRegularizer).formerly("W_regularizer"),
      .regularizer("recurrent_regularizer", \.recurrentRegularizer).formerly("U_regularizer"),
      .regularizer("bias_regularizer", \.biasRegularizer).formerly("b_regularizer"),
      .only("activity_regularizer", nil),
      .constraint("kernel_constraint", \.kernelConstraint),
      .constraint("recurrent_constraint", \.recurrentConstraint),
      .constraint("bias_constraint", \.biasConstraint),
      .rate("dropout", \.dropout),
      .rate("recurrent_dropout", \.recurrentDropout),
    ]
    return shared.map { $0.of(options) }
  }
}

extension ConfigOption {
  /// The same option of something that has a subject of ours as a property.
  func of<Whole>(_ path: ConfigOption<Whole>.Property<Subject>) -> ConfigOption<Whole> {
    let read = read
    var writer: ConfigOption<Whole>.Writer?
    if let write {
      writer = { whole throws(KerasFormatError) in try write(whole[keyPath: path]) }
    }
    return ConfigOption<Whole>(
      key: key, isRequired: isRequired, isEffective: isEffective, formerKeys: formerKeys,
      write: writer,
      read: { whole, json, source throws(KerasFormatError) in
        try read(&whole[keyPath: path], json, source)
      })
  }
}
