import Networks

/// A loss as Keras 3 reads it from a whole-model file: the long name of its function, or its class
/// with options where one differs from Keras's default.
///
/// Short names such as `mse` would be written well and then refused by Keras itself.
public func lossConfig(_ loss: any Loss) -> JSON {
  let base = (loss as? ReducedLoss)?.base ?? loss
  for row in LossTable.rows {
    guard let options = row.write(base) else { continue }
    if loss.reduction == .mean, row.hasDefaults(options) { return .string(loss.name) }
    var config = options
    config["name"] = .string(loss.name)
    config["reduction"] = .string(loss.reduction.rawValue)
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
  guard let name = functionName(json) ?? json["class_name"]?.string else {
    throw .expected("the name of a loss", found: json)
  }
  guard let loss = loss(named: name) else {
    throw KerasFormatError("unknown loss '\(name)'\(suggestion(for: name, among: lossNames))")
  }
  guard let options = json["config"]?.object else { return loss }
  for row in LossTable.rows where row.write(loss) != nil {
    let loss = try row.read(options.without(["fn"]), source)
    let reduction = reduction(options["reduction"])
    return reduction == .mean ? loss : ReducedLoss(loss, reduction)
  }
  return loss
}

/// The name of a function: a string, a function object, or a class that wraps a function.
func functionName(_ json: JSON) -> String? {
  if let name = json.string { return name }
  if json["class_name"]?.string == "function" { return json["config"]?.string }
  return json["config"]?["fn"].flatMap(functionName)
}

/// What `reduction` says; Keras 2 calls its default `auto`, and Keras 3 writes null for `none`.
private func reduction(_ json: JSON?) -> Reduction {
  switch json {
  case nil, "mean", "auto": .mean
  case .null, "none": .sum
  case let json?: json.string.flatMap(Reduction.init(rawValue:)) ?? .mean
  }
}

extension ConfigOption {
  /// Checks what `reduction` reads.
  static func reduction() -> ConfigOption {
    ConfigOption(
      key: "reduction", isEffective: true, write: nil,
      read: { _, json, _ throws(KerasFormatError) in
        let known = ["mean", "auto", "none"] + Reduction.allCases.map(\.rawValue)
        guard json.isNull || known.contains(json.string ?? "") else {
          throw .expected("sum_over_batch_size, sum or mean_with_sample_weight", found: json)
        }
      })
  }
}
