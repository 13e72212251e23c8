import Networks

/// A layer of Keras that is given as an activation: what its options make of it.
protocol ParametricActivation: Sendable {
  /// The activation with these parameters.
  var activation: Activation { get }
}

/// Layers of Keras that may stand where an activation is named, one row each.
enum ActivationTable {
  static let rows: [ConfigRow<any ParametricActivation>] = [
    row(
      "LeakyReLU",
      [.number("negative_slope", \.negativeSlope).formerly("alpha")], LeakyRectifier()),
    row(
      "ReLU",
      [
        .limit("max_value", \.maxValue), .number("negative_slope", \.negativeSlope),
        .number("threshold", \.threshold),
      ], Rectifier()),
    row("ELU", [.number("alpha", \.alpha)], ExponentialLinear()),
    row("Softmax", [.unwrittenOnly("axis", -1)], RowSoftmax()),
  ]

  private static func row<A: ParametricActivation>(
    _ className: String, _ options: [ConfigOption<A>], _ blank: A
  ) -> ConfigRow<any ParametricActivation> {
    return ConfigRow(className, kind: "layer", options: options, upcast: { $0 }) { _ in
      blank
    }
  }

  /// The layer that an activation with parameters is in Keras; nil for one that has a name.
  static func layer(_ activation: Activation) -> (any ParametricActivation)? {
    switch activation {
    case .rectifier(let slope, nil, 0) where slope != 0: LeakyRectifier(negativeSlope: slope)
    case .rectifier(let slope, let limit, let threshold):
      Rectifier(negativeSlope: slope, maxValue: limit, threshold: threshold)
    case .exponentialLinear(let alpha): ExponentialLinear(alpha: alpha)
    default: nil
    }
  }
}

private struct LeakyRectifier: ParametricActivation {
  var negativeSlope = 0.3
  var activation: Activation { .rectifier(negativeSlope: negativeSlope) }
}

private struct Rectifier: ParametricActivation {
  var negativeSlope = 0.0
  var maxValue: Double?
  var threshold = 0.0
  var activation: Activation {
    .rectifier(negativeSlope: negativeSlope, maxValue: maxValue, threshold: threshold)
  }
}

private struct ExponentialLinear: ParametricActivation {
  var alpha = 1.0
  var activation: Activation { .exponentialLinear(alpha: alpha) }
}

private struct RowSoftmax: ParametricActivation {
  var activation: Activation { .softmax }
}

extension ConfigOption {
  /// A number that may be missing: null.
  static func limit(_ key: String, _ path: Property<Double?>) -> ConfigOption {
    ConfigOption(
      key: key, write: { $0[keyPath: path].map(JSON.double) ?? .null },
      read: { subject, json, _ throws(KerasFormatError) in
        if json.isNull { return subject[keyPath: path] = nil }
        guard let value = json.double, value.isFinite else {
          throw .expected("a finite number or null", found: json)
        }
        subject[keyPath: path] = value
      })
  }
}
