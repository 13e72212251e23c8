import KerasFormat
import Networks

/// The loss of a recipe, in Keras's words.
public struct LossRecipe: Sendable, Hashable {
  /// Keras's name of the function, or of the class where there are options.
  public let name: String
  /// The options that differ from Keras's defaults.
  public let options: JSONObject

  init(_ reader: RecipeReader) throws(TrainingError) {
    guard let (name, options) = try reader.named("loss") else {
      throw reader.failure("loss", "it is missing; 'mse' is the usual one for numbers")
    }
    let written = lossConfig(try Self.loss(name, options.all, reader))
    self.name = written.string ?? written["class_name"]?.string ?? name
    var kept = JSONObject()
    for (key, value) in written["config"]?.object?.pairs ?? []
    where !["name", "reduction"].contains(key) { kept[key] = value }
    self.options = kept
  }

  private static func loss(
    _ name: String, _ options: JSONObject, _ reader: RecipeReader
  ) throws(TrainingError) -> any Loss {
    do {
      return try lossValue(["class_name": .string(name), "config": .object(options)])
    } catch {
      throw reader.failure("loss", error.description)
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
