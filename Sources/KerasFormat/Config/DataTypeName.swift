/// Checks a config's `dtype`: we compute in float32 and convert what weights are stored in.
func checkDataType(_ json: JSON, _ source: ConfigSource) throws(KerasFormatError) {
  guard !json.isNull else { return }
  let name = json.string ?? json["config"]?["name"]?.string
  let known =
    source == .recipe
    ? ["float32"]
    : ["float32", "float64", "float16", "bfloat16", "mixed_float16", "mixed_bfloat16"]
  guard let name, known.contains(name) else {
    let list = known.joined(separator: ", ")
    throw KerasFormatError("\(json.excerpt) is not supported, only \(list)")
  }
}

extension ConfigOption {
  /// What every layer's config starts with; the writer sets the values itself.
  static func common(_ path: Property<String?>) -> [ConfigOption] {
    [
      .name(path),
      ConfigOption(
        key: "trainable", isEffective: false, write: nil,
        read: { _, json, source throws(KerasFormatError) in
          guard json.bool != nil else { throw .expected("true or false", found: json) }
          guard source == .recipe, json == false else { return }
          throw KerasFormatError("layers that are not trained are not supported")
        }),
      ConfigOption(
        key: "dtype", isEffective: false, write: nil,
        read: { _, json, source throws(KerasFormatError) in
          try checkDataType(json, source)
        }),
      .unwritten("batch_input_shape"), .unwritten("batch_shape"), .unwritten("input_shape"),
      .unwritten("input_dim"), .unwritten("input_length"), .unwritten("input_dtype"),
    ]
  }
}
