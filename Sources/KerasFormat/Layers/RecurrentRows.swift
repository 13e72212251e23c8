import Networks

extension LayerTable {
  static let lstm: [ConfigOption<LSTM>] =
    ConfigOption.common(\.name) + walk(\.options.walk) + unrolled() + cell(\.options)
    + lstmGates(\.self)

  static let gru: [ConfigOption<GRU>] =
    ConfigOption.common(\.name) + walk(\.options.walk) + unrolled() + cell(\.options)
    + gruGates(\.self)

  static let simpleRNN: [ConfigOption<SimpleRNN>] =
    ConfigOption.common(\.name) + walk(\.options.walk) + unrolled() + cell(\.options)
    + [.unwritten("seed")]

  /// How a layer walks over time.
  static func walk<L>(_ path: ConfigOption<L>.Property<WalkOptions>) -> [ConfigOption<L>] {
    let shared: [ConfigOption<WalkOptions>] = [
      .flag("return_sequences", \.returnSequences),
      .flag("return_state", \.returnState),
      .flag("go_backwards", \.goBackwards),
      .flag("stateful", \.stateful),
      .idle("unroll", false),
      .flag("zero_output_for_mask", \.zeroOutputForMask),
      .unwrittenOnly("time_major", false),
      .unwrittenOnly("num_constants", nil),
    ]
    return shared.map { $0.of(path) }
  }

  /// What says how a layer is computed, and changes no result.
  private static func unrolled<L>() -> [ConfigOption<L>] {
    [
      .only("activity_regularizer", nil), .unwritten("use_cudnn"), .unwritten("consume_less"),
    ]
  }

  /// What the cells of LSTM, GRU and SimpleRNN have in common.
  static func cell<L>(_ options: ConfigOption<L>.Property<RecurrentOptions>) -> [ConfigOption<L>] {
    let shared: [ConfigOption<RecurrentOptions>] = [
      .unwritten("implementation"),
      .size("units", \.units).required().formerly("output_dim"),
      .activation("activation", \.activation),
      .flag("use_bias", \.useBias),
      .initializer("kernel_initializer", \.kernelInitializer).formerly("init"),
      .initializer("recurrent_initializer", \.recurrentInitializer).formerly("inner_init"),
      .initializer("bias_initializer", \.biasInitializer),
      .regularizer("kernel_regularizer", \.kernelRegularizer).formerly("W_regularizer"),
      .regularizer("recurrent_regularizer", \.recurrentRegularizer).formerly("U_regularizer"),
      .regularizer("bias_regularizer", \.biasRegularizer).formerly("b_regularizer"),
      .constraint("kernel_constraint", \.kernelConstraint),
      .constraint("recurrent_constraint", \.recurrentConstraint),
      .constraint("bias_constraint", \.biasConstraint),
      .rate("dropout", \.dropout).formerly("dropout_W"),
      .rate("recurrent_dropout", \.recurrentDropout).formerly("dropout_U"),
    ]
    return shared.map { $0.of(options) }
  }

  /// What an LSTM has beside.
  static func lstmGates<L>(_ path: ConfigOption<L>.Property<LSTM>) -> [ConfigOption<L>] {
    let own: [ConfigOption<LSTM>] = [
      .activation("recurrent_activation", \.recurrentActivation).formerly("inner_activation"),
      .flag("unit_forget_bias", \.unitForgetBias),
      .forgetBias,
      .idle("seed", nil),
    ]
    return own.map { $0.of(path) }
  }

  /// What a GRU has beside.
  static func gruGates<L>(_ path: ConfigOption<L>.Property<GRU>) -> [ConfigOption<L>] {
    let own: [ConfigOption<GRU>] = [
      .activation("recurrent_activation", \.recurrentActivation).formerly("inner_activation"),
      .flag("reset_after", \.resetAfter),
      .idle("seed", nil),
    ]
    return own.map { $0.of(path) }
  }
}

extension ConfigOption<LSTM> {
  /// Keras 1's word for what the bias of the forget gate starts at.
  fileprivate static var forgetBias: ConfigOption {
    ConfigOption(key: "forget_bias_init", isEffective: false, write: nil) {
      lstm, json, source throws(KerasFormatError) in
      guard source.generation == .keras1 else {
        throw KerasFormatError("it is a word of Keras 1; say unit_forget_bias")
      }
      lstm.unitForgetBias = ["one", "ones"].contains(json.string)
    }
  }
}

extension ConfigSource {
  /// What gates are activated by where a config does not say.
  var gateActivation: Activation {
    generation == .keras1 || generation == .keras2 && precedes((2, 3, 0)) && isStandalone
      ? .hardSigmoidLegacy : .sigmoid
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
