import Tensors

/// What training makes small: a number for each row, summed; Keras's equations and names.
///
/// Losses are sums here. Whoever has all shards divides once by `reduction.divisor` of what `total`
/// says of the whole batch, so unequal shards and a short last batch are exact.
public protocol Loss: Sendable {
  /// Keras's name of the function, for example `mean_squared_error`.
  var name: String { get }

  /// The shapes of one target that fit an output, the usual one first.
  ///
  /// - Parameter output: the shape of one sample's predictions.
  /// - Returns: acceptable shapes; class numbers may come with or without an axis of length one.
  func targetShapes(for output: Shape) -> [Shape]

  /// The same loss, computed from what the last activation is applied to; nil when there is none.
  func fromLogits(of activation: Activation) -> (any Loss)?

  /// Computes Σ weight · loss over the rows, and its gradient with respect to the predictions.
  ///
  /// - Parameters:
  ///   - scoring: predictions and targets.
  ///   - gradient: overwritten with the gradient, [rows, features]; nil when only the sum is wanted.
  /// - Returns: the sum.
  func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double

  /// Whether `evaluate` may be given the predictions' memory for the gradient.
  var overwritesPredictions: Bool { get }

  /// How the sum becomes the loss of a batch.
  var reduction: Reduction { get }

  /// What the sum of these rows is divided by, added up over all shards of a batch.
  ///
  /// - Parameters:
  ///   - scoring: predictions and targets.
  ///   - reduction: by the number of rows, or by their weights.
  /// - Returns: how many rows count, or what they weigh.
  func total(_ scoring: Scoring, _ reduction: Reduction) -> Double
}

/// A number that is reported and not trained; Keras's equations and names.
public protocol Metric: Sendable {
  /// Keras's name, as it stands in histories: `mae`, `accuracy`.
  var name: String { get }
  /// How many sums the metric keeps.
  var accumulators: Int { get }
  /// Adds one shard to the sums, which started at zero.
  func accumulate(_ scoring: Scoring, into sums: UnsafeMutablePointer<Double>)
  /// The metric's value, from sums over any number of shards added up.
  func result(_ sums: UnsafePointer<Double>) -> Double
  /// The same metric, computed from what the last activation is applied to; nil when there is none.
  func fromLogits(of activation: Activation) -> (any Metric)?
}

extension Metric {
  /// Metrics see the model's output.
  public func fromLogits(of activation: Activation) -> (any Metric)? { nil }
}
