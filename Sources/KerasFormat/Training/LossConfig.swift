import Networks

/// A loss as Keras 3 reads it from a whole-model file: the long name of its function, or its class
/// with options where one differs from Keras's default.
///
/// Short names such as `mse` would be written well and then refused by Keras itself.
public func lossConfig(_ loss: any Loss) -> JSON {
  for row in LossTable.rows {
    guard let options = row.write(loss) else { continue }
    if options.pairs.allSatisfy({ row.defaults[$0.key] == $0.value }) { return .string(loss.name) }
    var config = options
    config["name"] = .string(loss.name)
    config["reduction"] = "sum_over_batch_size"
    return keras(module: "keras.losses", row.className, config)
  }
  return .string(loss.name)
}

/// The loss that a config names: a string, a function object, or a class with options.
///
/// - Parameters:
///   - json: what stands for `loss` in a `training_config`, a `compile_config` or a recipe.
///   - source: who wrote it.
/// - Returns: the loss.
/// - Throws: a sentence that names the loss or option that we do not have.
public func lossValue(
  _ json: JSON, source: ConfigSource = .recipe
) throws(KerasFormatError) -> any Loss {
  // One output may come as a list of one loss.
  if let list = json.array, list.count == 1 { return try lossValue(list[0], source: source) }
  let isFunction = json["class_name"]?.string == "function"
  let named = json.string ?? (isFunction ? json["config"]?.string : json["class_name"]?.string)
  guard let name = named else { throw .expected("the name of a loss", found: json) }
  guard let loss = loss(named: name) else {
    throw KerasFormatError("unknown loss '\(name)'\(suggestion(for: name, among: lossNames))")
  }
  guard let options = json["config"]?.object else { return loss }
  for row in LossTable.rows where row.write(loss) != nil { return try row.read(options, source) }
  return loss
}

/// The losses, one row each.
enum LossTable {
  static let rows: [ConfigRow<any Loss>] = [
    row("MeanSquaredError", []) { MeanSquaredError() },
    row("MeanAbsoluteError", []) { MeanAbsoluteError() },
    row("Huber", [.number("delta", \.delta)]) { Huber() },
    row("LogCosh", []) { LogCosh() },
    row("BinaryCrossentropy", [logits(\.fromLogits), smoothing(\.labelSmoothing), axis()]) {
      BinaryCrossentropy()
    },
    row("CategoricalCrossentropy", [logits(\.fromLogits), smoothing(\.labelSmoothing), axis()]) {
      CategoricalCrossentropy()
    },
    row(
      "SparseCategoricalCrossentropy",
      [logits(\.fromLogits), .unwrittenOnly("ignore_class", nil), axis()]
    ) { SparseCategoricalCrossentropy() },
  ]

  private static func row<L: Loss>(
    _ className: String, _ options: [ConfigOption<L>], blank: @escaping @Sendable () -> L
  ) -> ConfigRow<any Loss> {
    let common: [ConfigOption<L>] = [
      .unwritten("name"), .unwritten("dtype"), .unwrittenOnly("fn", nil),
      .reduction(),
    ]
    return ConfigRow(className, kind: "loss", options: options + common, upcast: { $0 }) { _ in
      blank()
    }
  }

  private static func logits<L>(_ path: ConfigOption<L>.Property<Bool>) -> ConfigOption<L> {
    .flag("from_logits", path)
  }

  private static func smoothing<L>(_ path: ConfigOption<L>.Property<Double>) -> ConfigOption<L> {
    .rate("label_smoothing", path)
  }

  private static func axis<L>() -> ConfigOption<L> { .unwrittenOnly("axis", -1) }
}

extension ConfigOption {
  /// Keras 2 calls its default `auto`.
  fileprivate static func reduction() -> ConfigOption {
    ConfigOption(
      key: "reduction", isEffective: false, write: nil,
      read: { _, json, _ throws(KerasFormatError) in
        let same = ["sum_over_batch_size", "mean", "auto"]
        guard json.isNull || same.contains(json.string ?? "") else {
          throw .expected("sum_over_batch_size", found: json)
        }
      })
  }
}
