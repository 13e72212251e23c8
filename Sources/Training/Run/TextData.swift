import HDF5
import KerasFormat

/// Texts as the data of runs.
extension RunData {
  /// How many tokens lie between two updates where the recipe does not say.
  static let usualSteps = 50

  /// A text: as many streams as a batch has rows; validated with a text of its own, or with the tail.
  static func text(_ recipe: Recipe) throws -> RunData {
    try check(recipe)
    let file = try TokenFile(path: recipe.data.train)
    let kept = try recipe.data.split(seed: 0).trainedTokens(of: file)
    let steps = recipe.data.steps ?? usualSteps
    let dataset = try TokenDataset(
      file, tokens: 0..<kept, streams: recipe.training.batchSize, steps: steps,
      gradientSteps: recipe.data.gradientSteps)
    var settings = recipe.validationSettings
    var data = RunData(training: Part(dataset: dataset, settings: settings), validation: nil)
    if let other = try validation(recipe, file, from: kept, steps: dataset.shape.input.count) {
      settings.batchSize = other.streams
      data = RunData(
        training: data.training, validation: Part(dataset: other, settings: settings))
    }
    data.notices = notices(dataset)
    data.baselines = baselines(file)
    return data
  }

  /// A text to evaluate or predict with a model, in windows as long as the model's input.
  static func text(_ path: String, for model: TrainedModel?) throws -> any Dataset {
    let description = model?.saved.description
    return try TokenDataset(
      path: path, streams: description?.batchSize ?? 1,
      steps: description?.model.inputs.first?.dimensions.first ?? usualSteps)
  }

  private static func check(_ recipe: Recipe) throws(DataError) {
    let name = recipe.data.train
    if recipe.data.shuffle == true {
      throw DataError(
        .badSetting,
        "data.shuffle is true, and '\(name)' is a text, which is read in its order so that states go "
          + "on from batch to batch; leave data.shuffle out")
    }
    if recipe.data.validationSplit > 0, recipe.data.validationFrom == .random {
      throw DataError(
        .badSetting,
        "data.validation_from is random, and '\(name)' is a text, of which only the tail can be set "
          + "apart; leave data.validation_from out")
    }
  }

  /// The text to validate with, in streams as long as can be, and no more than a batch has.
  private static func validation(
    _ recipe: Recipe, _ file: TokenFile, from kept: Int, steps: Int
  ) throws -> TokenDataset? {
    let path = recipe.data.validation ?? file.name
    if recipe.data.validation == nil, kept == file.count { return nil }
    guard try DatasetFormat(path: path) == .text else {
      throw DataError(
        .wrongType,
        "cannot validate with '\(path)': it holds no text, and '\(file.name)' does; make it by "
          + "lockstep dataset text")
    }
    // A file of its own, since what is trained on is read ahead on another thread.
    let other = try TokenFile(path: path)
    guard other.vocabularyCount == file.vocabularyCount else {
      throw DataError(
        .wrongShape,
        "cannot validate with '\(path)': its vocabulary has \(other.vocabularyCount ?? 0) entries, "
          + "and that of '\(file.name)' \(file.vocabularyCount ?? 0); make it with the same one")
    }
    let tokens = recipe.data.validation == nil ? kept..<file.count : 0..<other.count
    let streams = min(recipe.training.batchSize, max(1, (tokens.count - 1) / steps))
    return try TokenDataset(other, tokens: tokens, streams: streams, steps: steps)
  }

  private static func notices(_ dataset: TokenDataset) -> [String] {
    guard dataset.droppedTokens > 0 else { return [] }
    return [
      "The last \(dataset.droppedTokens) tokens of '\(dataset.name)' fill no window of "
        + "\(dataset.streams) streams and are left out."
    ]
  }

  /// The entropies of the text's tokens, alone and after the one before.
  private static func baselines(_ file: TokenFile) -> [Baseline] {
    let entropies = [("bigram", file.entropies.bigram), ("unigram", file.entropies.unigram)]
    return ["loss", "val_loss"].flatMap { metric in
      entropies.compactMap { predictor, entropy in
        entropy.map { Baseline(metric: metric, predictor: predictor, value: $0) }
      }
    }
  }
}

extension DataSplit {
  /// How many tokens of a text are trained on.
  fileprivate func trainedTokens(of file: TokenFile) throws(DataError) -> Int {
    try rows(of: file.count, name: file.name).training.count
  }
}
