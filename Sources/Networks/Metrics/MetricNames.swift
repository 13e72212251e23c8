/// The metric with a name, for an output and a target of given shapes.
///
/// `accuracy` and `acc` stand for one of three rules, which the shapes decide as in Keras: an output
/// of one number is binary; class numbers as targets are sparse; all else is categorical.
///
/// - Parameters:
///   - name: Keras's name of a function (`mean_absolute_error`), of a class (`MeanAbsoluteError`) or
///     one of Keras's aliases (`mae`); any loss is a metric too. Histories keep the name as given.
///   - output: the shape of one sample's predictions.
///   - target: the shape of one sample's targets.
/// - Returns: the metric; nil when there is none of that name.
/// - Throws: a sentence when the metric cannot compare targets of that shape with the output.
public func metric(
  named name: String, output: Shape, target: Shape
) throws(NetworkError) -> (any Metric)? {
  var found = metric(named: name)
  if isAnyAccuracy(name) { found = accuracy(name, output, target) }
  return try found?.comparing(output, with: target)
}

extension NamedMetric {
  /// The metric for an output and a target of given shapes.
  ///
  /// - Parameters:
  ///   - output: the shape of one sample's predictions.
  ///   - target: the shape of one sample's targets.
  /// - Returns: the metric with room for the output's features.
  /// - Throws: a sentence when the metric cannot compare targets of that shape with the output.
  public func comparing(
    _ output: Shape, with target: Shape
  ) throws(NetworkError) -> any NamedMetric {
    let targets = targetShapes(for: output)
    if targets.contains(target) { return fitted(to: output) }
    let expected = targets.map(\.description).joined(separator: " or ")
    throw NetworkError(
      "The metric '\(name)' of an output \(output) needs targets \(expected), not \(target).")
  }
}

/// Whether a name stands for the accuracy that fits the shapes.
public func isAnyAccuracy(_ name: String) -> Bool {
  ["accuracy", "acc"].contains(name.lowercased())
}

/// The accuracy that fits the shapes of an output and a target.
private func accuracy(_ name: String, _ output: Shape, _ target: Shape) -> Accuracy {
  if output.dimensions.last == 1 { return Accuracy(.binary(threshold: 0.5), name: name) }
  let hasClassNumbers =
    target.dimensions.count < output.dimensions.count || target.dimensions.last == 1
  return Accuracy(hasClassNumbers ? .sparse : .categorical, name: name)
}

/// The metric with a name and Keras's default options, before it is known what it compares.
///
/// - Parameter name: a name as for `metric(named:output:target:)`.
/// - Returns: the metric under that name; nil when there is none, or when shapes must decide.
public func metric(named name: String) -> (any NamedMetric)? {
  if isAnyAccuracy(name) { return nil }
  let asked = aliases[name] ?? name
  var found = defaults.first { $0.className == asked || snakeCase($0.className) == asked }
  found = found ?? namedLoss(asked).map { MeanMetric(name, of: $0) }
  found?.name = name
  return found
}

/// The metric of a class with Keras's default options and its name for them; nil when there is none.
public func metric(className: String) -> (any NamedMetric)? {
  if let found = (defaults + [Accuracy(.equality)]).first(where: { $0.className == className }) {
    return found
  }
  if className == "LogCoshError" { return MeanMetric("logcosh", of: LogCosh()) }
  guard let loss = namedLoss(className), loss.className == className else { return nil }
  return MeanMetric(loss.name, of: loss)
}

private let defaults: [any NamedMetric] =
  [
    Accuracy(.binary(threshold: 0.5)), Accuracy(.categorical), Accuracy(.sparse),
    Accuracy(.topK(5)), Accuracy(.sparseTopK(5)), RootMeanSquaredError(),
    MeanMetric("cosine_similarity", of: CosineSimilarity(), isNegated: true), AUC(), FScore(),
    FScore(hasBeta: true), R2Score(),
  ] + LanguageMetric.Kind.allCases.map { LanguageMetric($0) }
  + ConfusionMetric.Kind.allCases.map { ConfusionMetric($0) }

private let aliases = [
  "rmse": "root_mean_squared_error", "RMSE": "root_mean_squared_error",
  "f1": "f1_score", "r2": "r2_score", "LogCoshError": "log_cosh",
  "log_cosh_error": "log_cosh", "top_k_accuracy": "top_k_categorical_accuracy",
]

/// The names of all metrics, for messages that suggest one.
public var metricNames: [String] {
  ["accuracy", "mae", "mse"] + defaults.map { snakeCase($0.className) }
    + lossNames.filter { $0 != "cosine_similarity" }
}
