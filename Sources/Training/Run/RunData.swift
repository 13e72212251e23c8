import HDF5

/// The data of a run, opened by what its file holds: a dataset and the rows of it to train on, and
/// perhaps some to validate with.
struct RunData {
  /// Rows of a dataset, and how they become batches.
  struct Part {
    let dataset: any Dataset
    /// The rows that take part; all when nil.
    var rows: RowSet?
    var settings: DataSettings

    /// The rows as batches.
    func source() throws -> BatchSource {
      try BatchSource(dataset, rows: rows, settings: settings)
    }
  }

  let training: Part
  let validation: Part?
  /// What a person should know about the data.
  var notices: [String] = []
  /// What naive forecasts score, where the data says so.
  var baselines: [Baseline] = []

  /// Opens the files that a recipe names.
  ///
  /// - Parameters:
  ///   - recipe: the recipe.
  ///   - names: tells the names of the model's inputs and outputs; asked only where that matters.
  /// - Returns: the data.
  /// - Throws: a sentence when data and recipe do not go together.
  static func open(
    _ recipe: Recipe, names: () -> (inputs: [String], outputs: [String])
  ) throws -> RunData {
    switch try DatasetFormat(path: recipe.data.train) {
    case .samples: try samples(recipe, names)
    case .text: try text(recipe)
    case .series: try series(recipe)
    }
  }

  /// Opens a file to evaluate or predict with a model, by what the file holds.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - names: the names of the arrays in it, where it holds samples.
  ///   - model: gives the model, for the shapes of its inputs and its names; nil if it cannot be
  ///     read without the data. Asked only where that matters.
  /// - Returns: the dataset.
  /// - Throws: a sentence when it cannot be used.
  static func dataset(
    _ path: String, names: DatasetNames, for model: () -> TrainedModel?
  ) throws -> any Dataset {
    switch try DatasetFormat(path: path) {
    case .samples:
      let resolved = try names.resolved(for: path) {
        guard let model = model() else { return ([], []) }
        return (model.saved.description.model.inputNames, model.outputNames)
      }
      return try samples(path, resolved) {
        model()?.saved.description.model.inputs.first?.dimensions.first
      }
    case .text: return try text(path, for: model())
    case .series: return try SeriesDataset(path: path)
    }
  }

  /// Arrays of samples, of one length or each of its own.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - names: the names of the arrays.
  ///   - lengths: the name of the lengths, `auto` or `none`.
  ///   - steps: how many steps sequences of their own length are padded to, if that is given.
  /// - Returns: the dataset.
  /// - Throws: a sentence when it cannot be used.
  private static func samples(
    _ path: String, _ names: DatasetNames, lengths: String = "auto", steps: () -> Int? = { nil }
  ) throws -> any Dataset {
    let name = lengths == "auto" ? "/lengths" : lengths
    let isSequence =
      try lengths != "none" && (lengths != "auto" || File(reading: path).kind(of: name) == .dataset)
    guard isSequence else { return try HDF5Dataset(path: path, names: names) }
    return try SequenceDataset(path: path, names: names, lengths: name, steps: steps())
  }

  /// Arrays of samples: validated with a file of their own, or with some of the rows.
  private static func samples(
    _ recipe: Recipe, _ names: () -> (inputs: [String], outputs: [String])
  ) throws -> RunData {
    if recipe.data.steps != nil || recipe.data.gradientSteps != nil {
      throw DataError(
        .badSetting,
        "data.steps and data.gradient_steps cut a text, and '\(recipe.data.train)' holds samples; leave "
          + "them out")
    }
    let columns = try recipe.data.names.resolved(for: recipe.data.train, names)
    let dataset = try samples(recipe.data.train, columns, lengths: recipe.data.lengths)
    let split = recipe.data.split(seed: recipe.training.seed)
    let rows = try split.rows(of: dataset.count, name: dataset.name)
    let training = Part(
      dataset: dataset, rows: rows.training, settings: recipe.dataSettings)
    var validation: Part?
    if let path = recipe.data.validation {
      let other = try samples(
        path, columns, lengths: recipe.data.lengths, steps: { dataset.shape.longest })
      validation = Part(dataset: other, settings: recipe.validationSettings)
    } else if rows.validation.count > 0 {
      validation = Part(
        dataset: dataset, rows: rows.validation, settings: recipe.validationSettings)
    }
    return RunData(training: training, validation: validation)
  }
}
