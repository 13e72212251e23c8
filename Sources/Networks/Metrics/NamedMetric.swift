/// A metric that Keras knows too: its class name and its properties make up Keras's config.
public protocol NamedMetric: Metric {
  /// Keras's name of the class, for example `Precision`.
  var className: String { get }
  /// Keras's name, as it stands in histories.
  var name: String { get set }

  /// The shapes of one target that fit an output, the usual one first.
  func targetShapes(for output: Shape) -> [Shape]

  /// The metric with room for an output's features.
  func fitted(to output: Shape) -> Self
}

extension NamedMetric {
  /// Targets look like the output; an axis of length one may be left out.
  public func targetShapes(for output: Shape) -> [Shape] {
    MeanSquaredError().targetShapes(for: output)
  }

  /// The metric itself, whose sums do not depend on the features.
  public func fitted(to output: Shape) -> Self { self }
}
