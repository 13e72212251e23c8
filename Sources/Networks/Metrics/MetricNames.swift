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
  guard let (metric, targets) = candidate(name, output, target) else { return nil }
  if targets.contains(target) { return metric }
  let expected = targets.map(\.description).joined(separator: " or ")
  throw NetworkError(
    "The metric '\(name)' of an output \(output) needs targets \(expected), not \(target).")
}

/// The metric with a name, and the shapes of targets that it can compare with an output.
private func candidate(
  _ name: String, _ output: Shape, _ target: Shape
) -> (metric: any Metric, targets: [Shape])? {
  if let rule = accuracyRule(name, output, target) {
    return (Accuracy(rule, name: name), rule.loss.targetShapes(for: output))
  }
  if ["rmse", "root_mean_squared_error", "RootMeanSquaredError"].contains(name) {
    return (RootMeanSquaredError(name), MeanSquaredError().targetShapes(for: output))
  }
  return loss(named: name).map { (MeanMetric(name, of: $0), $0.targetShapes(for: output)) }
}

/// The rule that a name stands for, decided by the shapes for `accuracy` and `acc` in any case.
private func accuracyRule(_ name: String, _ output: Shape, _ target: Shape) -> Accuracy.Rule? {
  switch name {
  case "binary_accuracy", "BinaryAccuracy": return .binary(threshold: 0.5)
  case "categorical_accuracy", "CategoricalAccuracy": return .categorical
  case "sparse_categorical_accuracy", "SparseCategoricalAccuracy": return .sparse
  default:
    guard ["accuracy", "acc"].contains(name.lowercased()) else { return nil }
    if output.dimensions.last == 1 { return .binary(threshold: 0.5) }
    let hasClassNumbers =
      target.dimensions.count < output.dimensions.count || target.dimensions.last == 1
    return hasClassNumbers ? .sparse : .categorical
  }
}

extension Accuracy.Rule {
  /// The loss whose targets look the same.
  fileprivate var loss: any Loss {
    switch self {
    case .binary: BinaryCrossentropy()
    case .categorical: CategoricalCrossentropy()
    case .sparse: SparseCategoricalCrossentropy()
    }
  }
}

/// The names of all metrics, for messages that suggest one.
public var metricNames: [String] {
  [
    "accuracy", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy", "mae",
    "mse", "root_mean_squared_error",
  ] + lossNames
}
