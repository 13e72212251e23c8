import Tensors

/// The root of the mean of (p - t)² over all numbers, as Keras's `RootMeanSquaredError`.
public struct RootMeanSquaredError: Metric {
  /// Keras's name, as it stands in histories.
  public let name: String
  private let squares: MeanMetric

  /// The metric under a name.
  public init(_ name: String = "root_mean_squared_error") {
    self.name = name
    squares = MeanMetric(name, of: MeanSquaredError())
  }

  /// Σ weight · squares and Σ weight.
  public var accumulators: Int { squares.accumulators }

  /// Adds one shard to the sums.
  public func accumulate(_ scoring: Scoring, into sums: UnsafeMutablePointer<Double>) {
    squares.accumulate(scoring, into: sums)
  }

  /// The root of the mean.
  public func result(_ sums: UnsafePointer<Double>) -> Double { mean(sums).squareRoot() }
}
