import Networks

extension LayerTable {
  /// The layers that bring numbers to mean 0 and variance 1.
  static let normalizations: [ConfigRow<any Layer>] = [
    row("BatchNormalization", batch) { source in
      BatchNormalization { $0.usesMask = source.generation == .keras3 }
    },
    row("LayerNormalization", layerwise) { _ in LayerNormalization() },
  ]

  private static let batch: [ConfigOption<BatchNormalization>] =
    common(\.name) + [
      .axis("axis", \.axis),
      .number("momentum", \.momentum),
      .number("epsilon", \.epsilon),
      .flag("center", \.center),
      .flag("scale", \.scale),
      .initializer("beta_initializer", \.betaInitializer).formerly("beta_init"),
      .initializer("gamma_initializer", \.gammaInitializer).formerly("gamma_init"),
      .initializer("moving_mean_initializer", \.movingMeanInitializer),
      .initializer("moving_variance_initializer", \.movingVarianceInitializer),
      .regularizer("beta_regularizer", \.betaRegularizer),
      .regularizer("gamma_regularizer", \.gammaRegularizer),
      .constraint("beta_constraint", \.betaConstraint),
      .constraint("gamma_constraint", \.gammaConstraint),
      .unwritten("synchronized", false), .unwritten("fused"), .unwritten("renorm_momentum"),
      .unwrittenOnly("renorm", false), .unwritten("renorm_clipping"),
      .unwrittenOnly("virtual_batch_size", nil), .unwrittenOnly("adjustment", nil),
      // Keras 1: 0 is what every later Keras does.
      .unwrittenOnly("mode", 0),
    ]

  private static let layerwise: [ConfigOption<LayerNormalization>] =
    common(\.name) + [
      .axes("axis", \.axis),
      .number("epsilon", \.epsilon),
      .flag("center", \.center),
      .flag("scale", \.scale),
      .flag("rms_scaling", \.rmsScaling),
      .initializer("beta_initializer", \.betaInitializer),
      .initializer("gamma_initializer", \.gammaInitializer),
      .regularizer("beta_regularizer", \.betaRegularizer),
      .regularizer("gamma_regularizer", \.gammaRegularizer),
      .constraint("beta_constraint", \.betaConstraint),
      .constraint("gamma_constraint", \.gammaConstraint),
    ]
}
