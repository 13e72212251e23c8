import Networks

extension LayerTable {
  /// The layers that Keras does not have.
  static let own: [ConfigRow<any Layer>] = [
    row("HandBuiltLSTM", handBuiltLSTM) { HandBuiltLSTM(1).walking($0) },
    row("PeepholeLSTM", peepholeLSTM) { PeepholeLSTM(1).walking($0) },
    row("TiedDense", tiedDense) { _ in TiedDense(1, tiedTo: "embedding") },
  ]

  private static let handBuiltLSTM: [ConfigOption<HandBuiltLSTM>] =
    ConfigOption.common(\.name) + walk(\.options.walk)
    + cell(\.options).filter { !ofRecurrentKernel.contains($0.key) } + [
      .activation("recurrent_activation", \.recurrentActivation),
      .number("forget_bias", \.forgetBias),
    ]

  private static let tiedDense: [ConfigOption<TiedDense>] =
    ConfigOption.common(\.name) + [
      .size("units", \.units).required(),
      .layerName("tied_to", \.tiedTo).required(),
      .activation("activation", \.activation),
      .flag("use_bias", \.useBias),
      .initializer("bias_initializer", \.biasInitializer),
      .regularizer("bias_regularizer", \.biasRegularizer),
      .constraint("bias_constraint", \.biasConstraint),
    ]

  /// What concerns a recurrent kernel apart from the other.
  private static let ofRecurrentKernel = [
    "recurrent_initializer", "recurrent_regularizer", "recurrent_constraint",
  ]

  private static let peepholeLSTM: [ConfigOption<PeepholeLSTM>] =
    ConfigOption.common(\.name) + walk(\.options.walk) + cell(\.options) + [
      .activation("recurrent_activation", \.recurrentActivation),
      .activation("output_activation", \.outputActivation),
      .flag("unit_forget_bias", \.unitForgetBias),
      .initializer("peephole_initializer", \.peepholeInitializer),
    ]
}

extension ConfigOption {
  /// The name of another layer of the model.
  fileprivate static func layerName(_ key: String, _ path: Property<String>) -> ConfigOption {
    ConfigOption(
      key: key, write: { .string($0[keyPath: path]) },
      read: { subject, json, _ throws(KerasFormatError) in
        guard let name = json.string, !name.isEmpty else {
          throw .expected("the name of a layer", found: json)
        }
        subject[keyPath: path] = name
      })
  }
}

/// How files name the classes that are ours: as Keras names a class that was registered.
enum OwnClass {
  private static let package = "Lockstep"
  /// The optimizers that are ours.
  static let optimizers: Set = ["Lars"]

  /// The registered name of a class.
  static func registered(_ className: String) -> String { "\(package)>\(className)" }

  /// The class of a registered name; nil where it is none of ours.
  static func className(_ registered: String) -> String? {
    name(registered).flatMap { name in
      LayerTable.own.contains { $0.className == name } ? name : nil
    }
  }

  /// The optimizer of a registered name; nil where it is none of ours.
  static func optimizer(_ registered: String) -> String? {
    name(registered).flatMap { optimizers.contains($0) ? $0 : nil }
  }

  private static func name(_ registered: String) -> String? {
    guard registered.hasPrefix("\(package)>") else { return nil }
    return String(registered.dropFirst(package.count + 1))
  }
}
