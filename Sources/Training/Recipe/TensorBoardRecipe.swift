import KerasFormat

/// What TensorBoard is shown.
public struct TensorBoardRecipe: Sendable, Hashable {
  /// Whether the weights' histograms are written at the end of each epoch.
  public var histograms = false

  /// The numbers and samples alone.
  public init() {}

  /// `true`, or a section with options; nil for `false` or nothing.
  init?(_ reader: RecipeReader) throws(TrainingError) {
    if reader.value("tensorboard")?.bool == true { return }
    guard let options = try reader.optionalSection("tensorboard") else { return nil }
    histograms = try options.flag("histograms", false)
    try options.finish()
  }

  var tree: JSON { ["histograms": .bool(histograms)] }
}
