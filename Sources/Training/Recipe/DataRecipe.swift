import KerasFormat

/// What a model is trained on, and how rows become batches.
public struct DataRecipe: Sendable, Hashable {
  /// Which rows are validated with where a part of the training file is.
  public enum ValidationRows: String, Sendable, Hashable, CaseIterable {
    /// The last ones, as in Keras.
    case tail
    /// Rows drawn by the seed.
    case random
  }

  /// The file that is trained on.
  public var train: String
  /// The names of the datasets in the files.
  public var names = DatasetNames()
  /// A file to validate with; nil for none.
  public var validation: String?
  /// The part of the training rows that is set apart for validation.
  public var validationSplit = 0.0
  /// Which rows those are.
  public var validationFrom = ValidationRows.tail
  /// Whether the order of rows changes from epoch to epoch; nil for what suits the data: rows of
  /// samples and windows of a series are shuffled, a text is taken in its order.
  public var shuffle: Bool?
  /// Whether rows that do not fit `memory` are shuffled uniformly, by way of scratch space.
  public var isUniform = false
  /// The directory of that scratch space; nil for the system's.
  public var scratch: String?
  /// How many tokens of a text lie between two updates; nil for the usual number.
  public var steps: Int?
  /// How many steps gradients go back in a text; nil for as many as lie between updates.
  public var gradientSteps: Int?
  /// The array of the lengths of sequences; `auto` for `/lengths` where there is one, or `none`.
  public var lengths = "auto"
  /// Into how many classes of similar length sequences are sorted.
  public var buckets = 8
  /// What to do about NaN and infinity.
  public var nan = NonFinitePolicy.error
  /// Bytes for rows kept in memory.
  public var memory = 128 << 20
  /// Batches that may be read ahead.
  public var prefetch = 4

  init(_ reader: RecipeReader) throws(TrainingError) {
    train = try reader.requiredText("train", "the HDF5 file that is trained on")
    names.inputs = try Self.texts(reader, "inputs") ?? names.inputs
    names.targets = try Self.texts(reader, "targets") ?? names.targets
    names.weights = try Self.weights(reader)
    validation = try reader.text("validation")
    validationSplit = try reader.number("validation_split", validationSplit)
    validationFrom = try reader.choice("validation_from", validationFrom)
    shuffle =
      try reader.value("shuffle", "true, false, uniform or auto") { json in
        json == "auto" ? .some(nil) : (json == "uniform" ? true : json.bool).map { .some($0) }
      } ?? nil
    isUniform = reader.value("shuffle") == "uniform"
    scratch = try reader.text("scratch")
    steps = try reader.count("steps", least: 1)
    gradientSteps = try reader.count("gradient_steps", least: 1)
    lengths = try reader.text("lengths") ?? lengths
    buckets = try reader.count("buckets", least: 1) ?? buckets
    nan = try reader.choice("nan", nan)
    memory = try reader.value("memory", "a size such as 128 MiB", byteCount) ?? memory
    prefetch = try reader.count("prefetch", least: 1) ?? prefetch
    guard (0..<1).contains(validationSplit) else {
      throw reader.failure(
        "validation_split",
        "expected a number from 0 up to but not including 1, found "
          + "\(validationSplit)")
    }
    guard validation == nil || validationSplit == 0 else {
      throw reader.failure("validation_split", "there is a file data.validation too; choose one")
    }
    try reader.finish()
  }

  /// Which rows of the training file are set apart for validation.
  public func split(seed: UInt64) -> DataSplit {
    guard validationSplit > 0 else { return .none }
    switch validationFrom {
    case .tail: return .tail(validationSplit)
    case .random: return .random(validationSplit, seed: seed)
    }
  }

  /// A text, or a list of some.
  private static func texts(
    _ reader: RecipeReader, _ key: String
  ) throws(TrainingError) -> [String]? {
    if reader.value(key)?.array == nil { return try reader.text(key).map { [$0] } }
    return try reader.list(key, "names of datasets") { $0.string.flatMap { $0.isEmpty ? nil : $0 } }
  }

  private static func weights(
    _ reader: RecipeReader
  ) throws(TrainingError) -> DatasetNames.Weights {
    if let names = try texts(reader, "sample_weight"), reader.value("sample_weight")?.array != nil {
      return .each(names.map { $0 == "none" ? nil : $0 })
    }
    switch try reader.text("sample_weight") ?? "auto" {
    case "auto": return .automatic
    case "none": return .none
    case let name: return .named(name)
    }
  }

  private static func tree(_ names: [String]) -> JSON {
    names.count == 1 ? .string(names[0]) : .array(names.map(JSON.string))
  }

  var tree: JSON {
    let weights: JSON =
      switch names.weights {
      case .automatic: "auto"
      case .none: "none"
      case .named(let name): .string(name)
      case .each(let names): .array(names.map { .string($0 ?? "none") })
      }
    return [
      "train": .string(train), "inputs": Self.tree(names.inputs),
      "targets": Self.tree(names.targets), "sample_weight": weights,
      "validation": validation.map(JSON.string) ?? nil,
      "validation_split": .double(validationSplit),
      "validation_from": .string(validationFrom.rawValue),
      "shuffle": isUniform ? "uniform" : shuffle.map(JSON.bool) ?? "auto",
      "scratch": scratch.map(JSON.string) ?? nil,
      "steps": steps.map(JSON.int) ?? nil, "gradient_steps": gradientSteps.map(JSON.int) ?? nil,
      "lengths": .string(lengths), "buckets": .int(buckets),
      "nan": .string(nan.rawValue), "memory": .string(byteText(memory)),
      "prefetch": .int(prefetch),
    ]
  }
}

private let units: [(name: String, bytes: Int)] = [
  ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
  ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("B", 1),
]

/// The size that a number of bytes or a text such as `128 MiB` means.
func byteCount(_ json: JSON) -> Int? {
  let range = 1...Double(1 << 50)
  if let bytes = json.double { return range.contains(bytes) ? Int(bytes) : nil }
  guard let text = json.string?.lowercased() else { return nil }
  guard let unit = units.first(where: { text.hasSuffix($0.name.lowercased()) }),
    let number = Double(text.dropLast(unit.name.count).filter { $0 != " " })
  else { return nil }
  let bytes = number * Double(unit.bytes)
  return range.contains(bytes) ? Int(bytes) : nil
}

/// A number of bytes in the largest unit that divides it.
func byteText(_ bytes: Int) -> String {
  let binary = units.filter { $0.name.hasSuffix("iB") }
  let unit = binary.first { bytes > 0 && bytes % $0.bytes == 0 }
  return unit.map { "\(bytes / $0.bytes) \($0.name)" } ?? "\(bytes) B"
}
