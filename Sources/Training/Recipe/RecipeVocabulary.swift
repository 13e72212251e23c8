import KerasFormat

/// The word `vocabulary` in the place of a layer's number: as many as the text has entries.
///
/// So one recipe trains on every text. What a run keeps is the number.
enum RecipeVocabulary {
  private static let word = JSON.string("vocabulary")
  /// The options that may say it.
  private static let options: Set = ["input_dim", "num_tokens", "units"]

  /// The recipe with numbers.
  ///
  /// - Parameter tree: the recipe, with absolute paths.
  /// - Returns: the same recipe where the word is not there.
  /// - Throws: a sentence when the word is there and `data.train` names no text with a vocabulary.
  static func filled(_ tree: JSON) throws(TrainingError) -> JSON {
    guard let model = tree["model"], var recipe = tree.object, replaced(model, by: 0) != model
    else { return tree }
    recipe["model"] = replaced(model, by: try count(tree["data"]?["train"]?.string))
    return .object(recipe)
  }

  private static func count(_ path: String?) throws(TrainingError) -> Int {
    let meaning = "model: the word 'vocabulary' stands for the number of a text's entries"
    guard let path else {
      throw TrainingError("\(meaning), and data.train names no text.", kind: .data)
    }
    do {
      if let vocabulary = try Vocabulary.ofText(at: path) { return vocabulary.count }
    } catch {
      throw TrainingError(wrapping: error)
    }
    throw TrainingError(
      "\(meaning), and '\(path)' has none; make it by lockstep dataset text, or write a number.",
      kind: .data)
  }

  private static func replaced(_ tree: JSON, by count: Int) -> JSON {
    if let list = tree.array { return .array(list.map { replaced($0, by: count) }) }
    guard let object = tree.object else { return tree }
    var result = JSONObject()
    for (key, value) in object.pairs {
      let isAsked = value == word && options.contains(key)
      result[key] = isAsked ? .int(count) : replaced(value, by: count)
    }
    return .object(result)
  }
}
