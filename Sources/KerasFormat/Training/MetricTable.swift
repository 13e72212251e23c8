import Networks

/// The metrics that are no mean of a loss, one row each; all have a name besides.
enum MetricTable {
  static let rows: [ConfigRow<any NamedMetric>] =
    [
      row(Accuracy(.equality), []), row(Accuracy(.categorical), []), row(Accuracy(.sparse), []),
      row(Accuracy(.binary(threshold: 0.5)), [.number("threshold", \.threshold)]),
      row(Accuracy(.topK(5)), [.size("k", \.k)]),
      row(Accuracy(.sparseTopK(5)), [.size("k", \.k)]),
      row(RootMeanSquaredError(), []),
      row(
        R2Score(),
        [
          .choice("class_aggregation", \.aggregation), .count("num_regressors", \.regressors),
        ]),
      row(FScore(), [.choice("average", \.average), .limit("threshold", \.threshold)]),
      row(
        FScore(hasBeta: true),
        [
          .choice("average", \.average), .number("beta", \.beta),
          .limit("threshold", \.threshold),
        ]),
      row(AUC(), area),
    ] + ConfusionMetric.Kind.allCases.map { row(ConfusionMetric($0), confusion($0)) }

  private static let area: [ConfigOption<AUC>] = [
    .size("num_thresholds", \.thresholdCount), .choice("curve", \.curve),
    .choice("summation_method", \.summation), .unwrittenOnly("multi_label", false),
    .unwrittenOnly("num_labels", nil), .unwrittenOnly("label_weights", nil),
    .flag("from_logits", \.fromLogits), .thresholds("thresholds", \.thresholds),
  ]

  private static func confusion(_ kind: ConfusionMetric.Kind) -> [ConfigOption<ConfusionMetric>] {
    let threshold = ConfigOption<ConfusionMetric>.threshold("thresholds", \.threshold)
    guard kind == .precision || kind == .recall else { return [threshold] }
    return [threshold, .whole("top_k", \.topK), .whole("class_id", \.classID)]
  }

  private static func row<M: NamedMetric>(
    _ blank: M, _ options: [ConfigOption<M>]
  ) -> ConfigRow<any NamedMetric> {
    ConfigRow(blank.className, kind: "metric", options: options, upcast: { $0 }) { _ in blank }
  }
}

extension Accuracy {
  /// What a positive prediction is above, in the binary rule.
  fileprivate var threshold: Double {
    get { if case .binary(let threshold) = rule { Double(threshold) } else { 0.5 } }
    set { rule = .binary(threshold: Float(newValue)) }
  }

  /// How many of the largest predictions count, in the rules that have such a number.
  fileprivate var k: Int {
    get {
      switch rule {
      case .topK(let k), .sparseTopK(let k): k
      default: 1
      }
    }
    set { if case .topK = rule { rule = .topK(newValue) } else { rule = .sparseTopK(newValue) } }
  }
}

extension ConfigOption {
  /// A number from 0 on.
  fileprivate static func count(_ key: String, _ path: Property<Int>) -> ConfigOption {
    ConfigOption(
      key: key, write: { .int($0[keyPath: path]) },
      read: { subject, json, _ throws(KerasFormatError) in
        guard let value = json.int, (0...SizeLimits.extent).contains(value) else {
          throw .expected("a whole number from 0 on", found: json)
        }
        subject[keyPath: path] = value
      })
  }

  /// One threshold, alone or as a list of one, or null for Keras's.
  fileprivate static func threshold(_ key: String, _ path: Property<Double?>) -> ConfigOption {
    ConfigOption(
      key: key, write: { $0[keyPath: path].map(JSON.double) ?? .null },
      read: { subject, json, _ throws(KerasFormatError) in
        let list = json.array ?? [json]
        guard list.count == 1, list[0].isNull || list[0].double?.isFinite == true else {
          throw .expected("one threshold", found: json)
        }
        subject[keyPath: path] = list[0].double
      })
  }

  /// Rising thresholds between 0 and 1, or null for evenly spaced ones.
  fileprivate static func thresholds(_ key: String, _ path: Property<[Double]?>) -> ConfigOption {
    ConfigOption(
      key: key,
      write: { $0[keyPath: path].map { .array($0.map(JSON.double)) } ?? .null },
      read: { subject, json, _ throws(KerasFormatError) in
        if json.isNull { return subject[keyPath: path] = nil }
        let numbers = json.array?.compactMap(\.double).filter { (0...1).contains($0) } ?? []
        guard let list = json.array, numbers.count == list.count, !numbers.isEmpty else {
          throw .expected("a list of numbers from 0 to 1", found: json)
        }
        subject[keyPath: path] = numbers.sorted()
      })
  }
}
