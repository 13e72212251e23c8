import KerasFormat

/// The optimizer of a recipe, in Keras's words.
public struct OptimizerRecipe: Sendable, Hashable {
  /// Keras's name of the class, for example `Adam`.
  public let className: String
  /// Keras's options with their defaults, and ours for the warm-up.
  public let options: JSONObject

  init(_ reader: RecipeReader) throws(TrainingError) {
    let given = try reader.named("optimizer")
    let none = try RecipeReader(.null, at: "")
    let optimizer = try OptimizerTable.read(given?.name ?? "Adam", given?.options ?? none)
    className = optimizer.name
    self.options = OptimizerTable.options(of: optimizer)
  }

  /// The optimizer.
  func optimizer() throws(TrainingError) -> any Optimizer {
    let place = "training.optimizer.\(className)."
    return try OptimizerTable.read(className, RecipeReader(.object(options), at: place))
  }

  var tree: JSON { [className: .object(options)] }
}
