import Networks

extension LayerTable {
  /// The layers with several inputs.
  static let merging: [ConfigRow<any Layer>] = [
    row("Concatenate", common(\.name) + [.axis("axis", \.axis)]) {
      Concatenate(maskRule: rule($0))
    },
    row("Add", common(\.name)) { merge(Add(), $0) },
    row("Subtract", common(\.name)) { merge(Subtract(), $0) },
    row("Multiply", common(\.name)) { merge(Multiply(), $0) },
    row("Average", common(\.name)) { merge(Average(), $0) },
    row("Maximum", common(\.name)) { merge(Maximum(), $0) },
    row("Minimum", common(\.name)) { merge(Minimum(), $0) },
    row("Dot", dot) { _ in Dot(axes: [-1]) },
    row("Attention", attention) { _ in Attention() },
  ]

  private static let dot: [ConfigOption<Dot>] =
    common(\.name) + [dotAxes("axes").required(), .flag("normalize", \.normalize)]

  private static let attention: [ConfigOption<Attention>] =
    common(\.name) + [
      .flag("use_scale", \.useScale),
      .word("score_mode", \.scoreMode),
      .rate("dropout", \.dropout),
      .idle("seed", nil),
      // An option before it became an argument of the call.
      ConfigOption(
        key: "causal", write: nil,
        read: { subject, json, _ throws(KerasFormatError) in
          guard let value = json.bool else { throw .expected("true or false", found: json) }
          subject.isCausal = value
        }),
    ]

  /// One number stands for both inputs; Keras writes it back as one.
  private static func dotAxes(_ key: String) -> ConfigOption<Dot> {
    let list = ConfigOption<Dot>.axes(key, \.axes)
    return ConfigOption(
      key: key,
      write: { subject in
        subject.axes.count == 1 ? .int(subject.axes[0]) : .array(subject.axes.map(JSON.int))
      }, read: list.read)
  }

  private static func merge<L: Merging>(_ layer: L, _ source: ConfigSource) -> L {
    var layer = layer
    layer.maskRule = rule(source)
    return layer
  }

  private static func rule(_ source: ConfigSource) -> MaskRule {
    source.generation == .keras3 ? .any : .all
  }

  /// Keras 1's layer for all ways to merge, by its `mode`.
  static func merge(
    _ options: JSONObject, _ source: ConfigSource
  ) throws(KerasFormatError) -> any Layer {
    if options["layers"]?.array?.isEmpty == false {
      throw KerasFormatError("a Merge of models inside a Sequential is not supported")
    }
    var config = JSONObject()
    config["name"] = options["name"]
    let mode = options["mode"]?.string ?? "sum"
    let classes = [
      "sum": "Add", "mul": "Multiply", "ave": "Average", "max": "Maximum",
      "concat": "Concatenate", "dot": "Dot", "cos": "Dot",
    ]
    guard let className = classes[mode] else {
      throw KerasFormatError("Merge has no mode '\(mode)'; a function as mode is never run here")
    }
    if mode == "concat" { config["axis"] = options["concat_axis"] ?? -1 }
    if className == "Dot" {
      // Keras 1 may have a list for each input.
      let axes = options["dot_axes"] ?? -1
      config["axes"] = axes.array.map { .array($0.map { $0.array?.first ?? $0 }) } ?? axes
      config["normalize"] = .bool(mode == "cos")
    }
    return try layer(className: className, options: config, source: source)
  }
}
