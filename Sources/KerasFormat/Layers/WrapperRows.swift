import Networks

extension LayerTable {
  static let bidirectional: [ConfigOption<Bidirectional>] =
    ConfigOption.common(\.name) + [
      ConfigOption(
        key: "merge_mode", write: { $0.mergeMode.map { .string($0.rawValue) } ?? .null },
        read: { subject, json, _ throws(KerasFormatError) in
          let mode = json.string.flatMap(Bidirectional.MergeMode.init(rawValue:))
          guard json.isNull || mode != nil else {
            throw .expected("concat, sum, ave, mul or null", found: json)
          }
          subject.mergeMode = mode
        }),
      ConfigOption(
        key: "layer", isRequired: true,
        write: { subject throws(KerasFormatError) in
          try nestedLayerConfig(subject.forward, isFrozen: subject.isForwardFrozen)
        },
        read: { subject, json, source throws(KerasFormatError) in
          subject.layer = try recurrentLayer(json, source)
          subject.isForwardFrozen = isFrozen(json)
          if subject.backwardLayer == nil { subject.isBackwardFrozen = isFrozen(json) }
        }),
      ConfigOption(
        key: "backward_layer",
        write: { subject throws(KerasFormatError) in
          try nestedLayerConfig(subject.backward, isFrozen: subject.isBackwardFrozen)
        },
        read: { subject, json, source throws(KerasFormatError) in
          subject.backwardLayer = json.isNull ? nil : try recurrentLayer(json, source)
          subject.isBackwardFrozen = isFrozen(json)
        }),
      .unwrittenOnly("num_constants", nil),
    ]

  static let timeDistributed: [ConfigOption<TimeDistributed>] =
    ConfigOption.common(\.name) + [
      ConfigOption(
        key: "layer", isRequired: true,
        write: { subject throws(KerasFormatError) in
          try nestedLayerConfig(subject.layer, isFrozen: subject.isLayerFrozen)
        },
        read: { subject, json, source throws(KerasFormatError) in
          subject.layer = try nestedLayer(json, source)
          subject.isLayerFrozen = isFrozen(json)
        })
    ]

  static let rnn: [ConfigOption<RNN>] =
    ConfigOption.common(\.name) + walk(\.walk) + [
      .unwrittenOnly("activity_regularizer", nil), .unwritten("implementation"),
      ConfigOption(
        key: "cell", isRequired: true,
        write: { subject throws(KerasFormatError) in try cellConfig(subject.cell) },
        read: { subject, json, source throws(KerasFormatError) in
          subject.cell = try cellValue(json, source)
        }),
    ]

  private static func recurrentLayer(
    _ json: JSON, _ source: ConfigSource
  ) throws(KerasFormatError) -> any RecurrentLayer {
    let layer = try nestedLayer(json, source)
    guard let recurrent = layer as? any RecurrentLayer else {
      throw KerasFormatError(
        "\(type(of: layer).className) has no direction; Bidirectional needs a recurrent layer")
    }
    return recurrent
  }
}
