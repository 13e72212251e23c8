import Tensors

/// The mean of a loss over all rows, or over their weights, as Keras's `MeanAbsoluteError`,
/// `MeanSquaredError` and other metrics that are losses.
public struct MeanMetric: Metric {
  /// Keras's name, as it stands in histories.
  public let name: String
  /// What the mean is taken of; it sees the model's output, never logits.
  public let loss: any Loss

  /// The mean of a loss.
  public init(_ name: String, of loss: any Loss) {
    self.name = name
    self.loss = loss
  }

  /// Σ weight · loss and Σ weight.
  public var accumulators: Int { 2 }

  /// Adds one shard to the sums.
  public func accumulate(_ scoring: Scoring, into sums: UnsafeMutablePointer<Double>) {
    sums[0] += loss.evaluate(scoring, gradient: nil)
    sums[1] += scoring.totalWeight
  }

  /// The mean; 0 before anything was added.
  public func result(_ sums: UnsafePointer<Double>) -> Double { mean(sums) }
}

/// The first sum over the second; 0 where there is nothing to divide by, as in Keras.
func mean(_ sums: UnsafePointer<Double>) -> Double { sums[1] == 0 ? 0 : sums[0] / sums[1] }
