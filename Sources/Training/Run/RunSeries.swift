extension RunData {
  /// Windows of a series: trained on before its cut, validated behind it or with another series.
  static func series(_ recipe: Recipe) throws -> RunData {
    let dataset = try SeriesDataset(path: recipe.data.train)
    guard recipe.data.validationSplit == 0 else {
      throw DataError(
        .badSetting,
        "cannot set a part of '\(dataset.name)' apart by data.validation_split: a series is "
          + "validated behind its own cut, which 'lockstep dataset series --train-fraction' sets")
    }
    let training = Part(
      dataset: dataset, rows: dataset.trainingRows, settings: recipe.dataSettings)
    var validation: Part?
    if let path = recipe.data.validation {
      validation = Part(
        dataset: try Self.dataset(path, names: recipe.data.names) { nil }, rows: nil,
        settings: recipe.validationSettings)
    } else if dataset.testRows.count > 0 {
      validation = Part(
        dataset: dataset, rows: dataset.testRows, settings: recipe.validationSettings)
    }
    return RunData(training: training, validation: validation)
  }
}
