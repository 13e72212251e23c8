import Networks

/// The initializers, one row each: what a Keras config says of them, both ways.
enum InitializerTable {
  static let rows: [ConfigRow<any Initializer>] = [
    row("GlorotUniform", seeded()) { GlorotUniform() },
    row("GlorotNormal", seeded()) { GlorotNormal() },
    row("HeUniform", seeded()) { HeUniform() },
    row("HeNormal", seeded()) { HeNormal() },
    row("LecunUniform", seeded()) { LecunUniform() },
    row("LecunNormal", seeded()) { LecunNormal() },
    row("Orthogonal", [.number("gain", \.gain)] + seeded()) { Orthogonal() },
    row("Zeros", plain()) { Zeros() },
    row("Ones", plain()) { Ones() },
    row("Constant", [.number("value", \.value)] + plain()) { Constant() },
    row(
      "RandomUniform", [.number("minval", \.minimum), .number("maxval", \.maximum)] + seeded()
    ) { RandomUniform() },
    row("RandomNormal", [.number("mean", \.mean), .number("stddev", \.deviation)] + seeded()) {
      RandomNormal()
    },
    row("TruncatedNormal", [.number("mean", \.mean), .number("stddev", \.deviation)] + seeded()) {
      TruncatedNormal()
    },
    row("VarianceScaling", variance + seeded()) { VarianceScaling() },
  ]

  private static let variance: [ConfigOption<VarianceScaling>] = [
    .number("scale", \.scale),
    .choice("mode", \.mode, ["fan_in", "fan_out", "fan_avg"]),
    .choice(
      "distribution", \.distribution,
      ["uniform", "truncated_normal", "untruncated_normal"], aliases: ["normal": "truncated_normal"]
    ),
  ]

  private static func plain<I>() -> [ConfigOption<I>] { [.unwritten("dtype")] }

  private static func seeded<I>() -> [ConfigOption<I>] {
    [.idle("seed", nil), .unwritten("input_axes"), .unwritten("output_axes")] + plain()
  }

  private static func row<I: Initializer>(
    _ className: String, _ options: @autoclosure () -> [ConfigOption<I>],
    blank: @escaping @Sendable () -> I
  ) -> ConfigRow<any Initializer> {
    ConfigRow(className, kind: "initializer", options: options(), upcast: { $0 }) { _ in blank() }
  }
}

extension ConfigOption {
  /// One of several words.
  fileprivate static func choice<Value: RawRepresentable & SendableMetatype>(
    _ key: String, _ path: Property<Value>, _ words: [String], aliases: [String: String] = [:]
  ) -> ConfigOption where Value.RawValue == String {
    ConfigOption(
      key: key, write: { .string($0[keyPath: path].rawValue) },
      read: { subject, json, _ throws(KerasFormatError) in
        let word = json.string.map { aliases[$0] ?? $0 }
        guard let value = word.flatMap(Value.init(rawValue:)) else {
          throw .expected(words.joined(separator: ", "), found: json)
        }
        subject[keyPath: path] = value
      })
  }
}
