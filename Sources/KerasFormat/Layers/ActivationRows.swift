import Networks

extension LayerTable {
  /// The activations that are layers of their own.
  static let activations: [ConfigRow<any Layer>] = [
    row("ReLU", relu) { _ in ReLU() },
    row("LeakyReLU", leaky) { _ in LeakyReLU() },
    row("PReLU", parametric) { _ in PReLU() },
    row("ELU", common(\.name) + [.number("alpha", \.alpha)]) { _ in ELU() },
    row("Softmax", common(\.name) + [.axis("axis", \.axis)]) { _ in Softmax() },
    row("Identity", common(\.name)) { _ in Identity() },
  ]

  private static let relu: [ConfigOption<ReLU>] =
    common(\.name) + [
      .numberIfAny("max_value", \.maxValue),
      .scalar("negative_slope", \.negativeSlope),
      .scalar("threshold", \.threshold),
    ]

  private static let leaky: [ConfigOption<LeakyReLU>] =
    common(\.name) + [.number("negative_slope", \.negativeSlope).formerly("alpha")]

  private static let parametric: [ConfigOption<PReLU>] =
    common(\.name) + [
      .initializer("alpha_initializer", \.alphaInitializer).formerly("init"),
      .regularizer("alpha_regularizer", \.alphaRegularizer),
      .constraint("alpha_constraint", \.alphaConstraint),
      .axesIfAny("shared_axes", \.sharedAxes),
    ]

  /// Keras 1 and 2's x above theta, else 0; the class is gone, the layer is a ReLU.
  static let thresholdedReLU = row(
    "ThresholdedReLU", common(\.name) + [.number("theta", \.threshold)]
  ) { _ in ReLU(threshold: 1) }
}
