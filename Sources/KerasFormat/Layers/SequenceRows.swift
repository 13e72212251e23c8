import Networks

extension LayerTable {
  static let embedding: [ConfigOption<Embedding>] =
    [
      .size("input_dim", \.inputDim).required(),
      .size("output_dim", \.outputDim).required(),
    ] + ConfigOption.common(\.name) + [
      .initializer("embeddings_initializer", \.embeddingsInitializer).formerly("init"),
      .regularizer("embeddings_regularizer", \.embeddingsRegularizer).formerly("W_regularizer"),
      .only("activity_regularizer", nil),
      .constraint("embeddings_constraint", \.embeddingsConstraint).formerly("W_constraint"),
      .flag("mask_zero", \.maskZero),
      .unwrittenOnly("quantization_config", nil),
      .unwrittenOnly("dropout", 0.0),
      .unwritten("sparse", false),
    ]

  static let categoryEncoding: [ConfigOption<CategoryEncoding>] =
    ConfigOption.common(\.name) + [
      .size("num_tokens", \.numTokens).required(),
      .only("output_mode", "one_hot").required(),
      .unwrittenOnly("sparse", false),
    ]

  static let masking: [ConfigOption<Masking>] =
    ConfigOption.common(\.name) + [.number("mask_value", \.maskValue)]
}
