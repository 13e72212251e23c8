import KerasFormat
import Networks

/// The loss of a recipe, in Keras's words.
public struct LossRecipe: Sendable, Hashable {
  /// Keras's name of the function, or of the class where there are options.
  public let name: String
  /// The options that differ from Keras's defaults.
  public let options: JSONObject

  /// Reads a loss at a place of a recipe.
  init(_ json: JSON, at place: String) throws(TrainingError) {
    let (name, options) = try RecipeReader.named(json, at: place)
    let written = lossConfig(try Self.loss(name, options.all, place))
    self.name = written.string ?? written["class_name"]?.string ?? name
    var kept = JSONObject()
    for (key, value) in written["config"]?.object?.pairs ?? []
    where !["name", "reduction"].contains(key) { kept[key] = value }
    self.options = kept
  }

  /// The losses of the outputs; nil where they may be left out, and are.
  static func all(
    _ reader: RecipeReader, isOptional: Bool
  ) throws(TrainingError) -> PerOutput<LossRecipe>? {
    guard reader.value("loss") != nil else {
      if isOptional { return nil }
      throw reader.failure("loss", "it is missing; 'mse' is the usual one for numbers")
    }
    return try reader.perOutput(
      "loss", isSingle: isSingle
    ) { json, place throws(TrainingError) in try LossRecipe(json, at: place) }
  }

  /// A name, or the name of a loss with its options; else it is the name of an output.
  private static func isSingle(_ json: JSON) -> Bool {
    guard let object = json.object else { return json.array == nil }
    return object.keys.count == 1 && object.keys.allSatisfy { Networks.loss(named: $0) != nil }
  }

  private static func loss(
    _ name: String, _ options: JSONObject, _ place: String
  ) throws(TrainingError) -> any Loss {
    do {
      return try lossValue(["class_name": .string(name), "config": .object(options)])
    } catch {
      throw RecipeReader.failure(at: place, error.description)
    }
  }

  /// The loss.
  func loss() throws(KerasFormatError) -> any Loss {
    try lossValue(["class_name": .string(name), "config": .object(options)])
  }

  var tree: JSON {
    options.keys.isEmpty ? .string(name) : [name: .object(options)]
  }
}
