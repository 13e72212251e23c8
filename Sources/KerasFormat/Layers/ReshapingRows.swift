import Networks

extension LayerTable {
  /// The layers that move numbers and compute nothing.
  static let reshaping: [ConfigRow<any Layer>] = [
    row("Reshape", common(\.name) + [.extents("target_shape", \.targetShape).required()]) { _ in
      Reshape([-1])
    },
    row("Permute", common(\.name) + [.axes("dims", \.dims).required()]) { _ in Permute([1]) },
    row("RepeatVector", common(\.name) + [.size("n", \.n).required()]) { _ in RepeatVector(1) },
    row("ZeroPadding1D", zeroPadding) { _ in ZeroPadding1D() },
    row("Cropping1D", common(\.name) + [.ends("cropping", \.cropping)]) { _ in Cropping1D() },
    row("UpSampling1D", common(\.name) + [.size("size", \.size).formerly("length")]) { _ in
      UpSampling1D()
    },
  ]

  private static let zeroPadding: [ConfigOption<ZeroPadding1D>] =
    common(\.name) + [
      .ends("padding", \.padding),
      // Keras 3.0 does not know it here.
      .unwrittenOnly("data_format", "channels_last"),
    ]
}
