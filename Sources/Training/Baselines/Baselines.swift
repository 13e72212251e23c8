import Networks

/// Scores of naive forecasts, by the losses and metrics that a model is scored with.
///
/// Regression stands beside the mean of the targets that were trained on, classes beside how
/// frequent they are (and an accuracy beside the most frequent one), a series beside its last value.
enum Baselines {
  /// Measures naive forecasts.
  ///
  /// - Parameters:
  ///   - objective: losses and metrics; of several outputs none is measured.
  ///   - output: the shape of one sample's predictions.
  ///   - known: the rows that means and frequencies are taken of.
  ///   - scored: the rows that are forecast.
  ///   - prefix: what stands before the names: `val_` or nothing.
  /// - Returns: the scores of each forecaster, the most natural first.
  /// - Throws: what the datasets throw.
  static func measure(
    _ objective: Objective, output: Shape, known: RowSelection, scored: RowSelection,
    prefix: String = ""
  ) throws -> [Baseline] {
    guard let scorer = BaselineScorer(objective, output: output) else { return [] }
    var predictors: [NaivePredictor] = []
    if let series = scored.dataset as? SeriesDataset, output.count == 1 {
      predictors.append(.lastValue(series))
    }
    predictors.append(try scorer.constant(known))
    return try predictors.flatMap { predictor in
      try scorer.scores(predictor, scored, prefix: prefix)
    }
  }
}

extension Assembly {
  /// What naive forecasts score, told to a log as well: as the data says, or measured.
  ///
  /// Training is done when it is asked for, so data that cannot be read again costs nothing else.
  func baselines(_ log: RunLog) -> [Baseline] {
    let found = baselines.isEmpty ? (try? measuredBaselines()) ?? [] : baselines
    for baseline in found {
      log.write("baseline", baseline.fields)
    }
    return found
  }

  /// Naive forecasts of the training rows, and of the validation rows where there are some.
  ///
  /// Masked steps do not count in a model's scores, and only the model knows them: then there is none.
  private func measuredBaselines() throws -> [Baseline] {
    guard let output = frame.network.outputs.first, output.mask == nil else { return [] }
    let known = RowSelection(dataset: training.dataset, rows: training.order.rows)
    return try training.queue.sync {
      let trained = try Baselines.measure(
        frame.objective, output: output.shape, known: known, scored: known)
      guard let validation else { return trained }
      let scored = RowSelection(dataset: validation.dataset, rows: validation.order.rows)
      return try trained
        + Baselines.measure(
          frame.objective, output: output.shape, known: known, scored: scored, prefix: "val_")
    }
  }
}

extension TrainedModel {
  /// Scores naive forecasts as `evaluate` scores the model; means and frequencies are those of the
  /// same data, but of a series those before its cut.
  ///
  /// - Parameters:
  ///   - dataset: samples with targets.
  ///   - loss: the loss; nil for the one that the model was compiled with.
  ///   - metrics: Keras's names; nil for those that the model was compiled with.
  ///   - rows: which rows; all when nil.
  /// - Returns: the scores; none for a model with several outputs or masked ones.
  /// - Throws: a sentence when data and model do not go together.
  public func baselines(
    _ dataset: any Dataset, loss: (any Loss)? = nil, metrics: [String]? = nil,
    rows: RowSet? = nil
  ) throws -> [Baseline] {
    guard let output = saved.network.outputs.first, output.mask == nil,
      dataset.shape.longest == nil || !output.shape.isSequence
    else { return [] }
    let scored = rows ?? RowSet(allOf: dataset.count)
    let known = (dataset as? SeriesDataset)?.trainingRows ?? scored
    return try Baselines.measure(
      try objective(dataset.shape.targets, loss, metrics), output: output.shape,
      known: RowSelection(dataset: dataset, rows: known),
      scored: RowSelection(dataset: dataset, rows: scored))
  }
}
