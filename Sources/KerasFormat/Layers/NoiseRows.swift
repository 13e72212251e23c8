import Networks

extension LayerTable {
  /// The layers that are random while training.
  static let noise: [ConfigRow<any Layer>] = [
    row("SpatialDropout1D", spatial) { _ in SpatialDropout1D(0) },
    row("GaussianNoise", gaussianNoise) { _ in GaussianNoise(0) },
    row("GaussianDropout", gaussianDropout) { _ in GaussianDropout(0) },
  ]

  private static let spatial: [ConfigOption<SpatialDropout1D>] =
    common(\.name) + [
      .rate("rate", \.rate).formerly("p").required(), .idle("seed", nil),
      .unwrittenOnly("noise_shape", nil),
    ]

  private static let gaussianNoise: [ConfigOption<GaussianNoise>] =
    common(\.name) + [
      .number("stddev", \.stddev).formerly("sigma").required(), .idle("seed", nil),
    ]

  private static let gaussianDropout: [ConfigOption<GaussianDropout>] =
    common(\.name) + [.rate("rate", \.rate).formerly("p").required(), .idle("seed", nil)]
}
