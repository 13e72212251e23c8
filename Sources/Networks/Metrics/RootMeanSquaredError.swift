import Tensors

/// The root of the mean of (p - t)² over all numbers, as Keras's `RootMeanSquaredError`.
public struct RootMeanSquaredError: NamedMetric {
  /// Keras's name of the class.
  public var className: String { "RootMeanSquaredError" }
  /// Keras's name, as it stands in histories.
  public var name: String
  private let squares = MeanMetric("mean_squared_error", of: MeanSquaredError())

  /// The metric under a name.
  public init(_ name: String = "root_mean_squared_error") { self.name = name }

  /// Σ weight · squares and Σ weight.
  public var accumulators: Int { squares.accumulators }

  /// Adds one shard to the sums.
  public func accumulate(_ scoring: Scoring, into sums: UnsafeMutablePointer<Double>) {
    squares.accumulate(scoring, into: sums)
  }

  /// The root of the mean.
  public func result(_ sums: UnsafePointer<Double>) -> Double { mean(sums).squareRoot() }
}
