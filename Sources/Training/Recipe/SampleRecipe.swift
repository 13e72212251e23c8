import KerasFormat

/// Text that a model makes while it is trained, to see how it gets on.
public struct SampleRecipe: Sendable, Hashable {
  /// After each so many updates.
  public var everySteps: Int
  /// What the texts go on from; one from a random beginning where there is none.
  public var primes: [String] = []
  /// How many tokens are made for each.
  public var length: Int
  /// How they are chosen.
  public var options = SamplingOptions()

  init(_ reader: RecipeReader) throws(TrainingError) {
    everySteps = try reader.count("every_steps", least: 1) ?? 1000
    length = try reader.count("length", least: 1) ?? 100
    if let found = reader.value("primes"), found.array?.isEmpty != true {
      primes = try reader.list("primes", "texts", \.string)
    }
    options.temperature = try reader.number("temperature", 1)
    options.topK = try reader.count("top_k", least: 1)
    options.topP = try reader.number("top_p")
    guard options.temperature >= 0 else {
      throw reader.failure(
        "temperature", "expected a number from 0 on, found \(options.temperature)")
    }
    if let share = options.topP, !(share > 0 && share <= 1) {
      throw reader.failure("top_p", "expected a number above 0 and at most 1, found \(share)")
    }
    try reader.finish()
  }

  var tree: JSON {
    [
      "every_steps": .int(everySteps), "primes": .array(primes.map(JSON.string)),
      "length": .int(length), "temperature": .double(options.temperature),
      "top_k": options.topK.map(JSON.int) ?? nil, "top_p": options.topP.map(JSON.double) ?? nil,
    ]
  }
}
