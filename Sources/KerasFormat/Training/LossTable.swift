import Networks

/// The losses, one row each.
enum LossTable {
  static let rows: [ConfigRow<any Loss>] = [
    row("MeanSquaredError", []) { MeanSquaredError() },
    row("MeanAbsoluteError", []) { MeanAbsoluteError() },
    row("MeanAbsolutePercentageError", []) { MeanAbsolutePercentageError() },
    row("MeanSquaredLogarithmicError", []) { MeanSquaredLogarithmicError() },
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
      [logits(\.fromLogits), .whole("ignore_class", \.ignoreClass), axis()]
    ) { SparseCategoricalCrossentropy() },
    row(
      "BinaryFocalCrossentropy",
      [
        .flag("apply_class_balancing", \.applyClassBalancing), .number("alpha", \.alpha),
        .number("gamma", \.gamma), logits(\.fromLogits), smoothing(\.labelSmoothing), axis(),
      ]
    ) { BinaryFocalCrossentropy() },
    row(
      "CategoricalFocalCrossentropy",
      [
        .number("alpha", \.alpha), .number("gamma", \.gamma), logits(\.fromLogits),
        smoothing(\.labelSmoothing), axis(),
      ]
    ) { CategoricalFocalCrossentropy() },
    row("KLDivergence", []) { KLDivergence() },
    row("Poisson", []) { Poisson() },
    row("CosineSimilarity", [axis()]) { CosineSimilarity() },
    row("Hinge", []) { Hinge() },
    row("SquaredHinge", []) { SquaredHinge() },
    row("CategoricalHinge", []) { CategoricalHinge() },
  ]

  private static func row<L: Loss>(
    _ className: String, _ options: [ConfigOption<L>], blank: @escaping @Sendable () -> L
  ) -> ConfigRow<any Loss> {
    let common: [ConfigOption<L>] = [.unwritten("name"), .unwritten("dtype"), .reduction()]
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

extension ConfigRow {
  /// Whether options are those that Keras has where nothing is said.
  func hasDefaults(_ options: JSONObject) -> Bool {
    options.pairs.allSatisfy { defaults[$0.key] == $0.value }
  }
}

extension JSONObject {
  /// The same without some names.
  func without(_ names: [String]) -> JSONObject {
    var object = self
    for name in names { object[name] = nil }
    return object
  }
}

extension ConfigOption {
  /// A whole number, or null for none.
  static func whole(_ key: String, _ path: Property<Int?>) -> ConfigOption {
    ConfigOption(
      key: key, write: { $0[keyPath: path].map(JSON.int) ?? .null },
      read: { subject, json, _ throws(KerasFormatError) in
        if json.isNull { return subject[keyPath: path] = nil }
        guard let value = json.int, abs(value) <= SizeLimits.extent else {
          throw .expected("a whole number or null", found: json)
        }
        subject[keyPath: path] = value
      })
  }

  /// One of Keras's words.
  static func choice<Word: RawRepresentable<String> & CaseIterable & Sendable>(
    _ key: String, _ path: Property<Word>
  ) -> ConfigOption {
    ConfigOption(
      key: key, write: { .string($0[keyPath: path].rawValue) },
      read: { subject, json, _ throws(KerasFormatError) in
        subject[keyPath: path] = try word(json)
      })
  }

  /// One of Keras's words, or null for none.
  static func choice<Word: RawRepresentable<String> & CaseIterable & Sendable>(
    _ key: String, _ path: Property<Word?>
  ) -> ConfigOption {
    ConfigOption(
      key: key, write: { $0[keyPath: path].map { .string($0.rawValue) } ?? .null },
      read: { subject, json, _ throws(KerasFormatError) in
        subject[keyPath: path] = json.isNull ? nil : try word(json)
      })
  }

  private static func word<Word: RawRepresentable<String> & CaseIterable>(
    _ json: JSON
  ) throws(KerasFormatError) -> Word {
    guard let word = json.string.flatMap(Word.init(rawValue:)) else {
      let words = Word.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or ")
      throw .expected(words, found: json)
    }
    return word
  }
}
