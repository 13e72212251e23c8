import Tensors

/// The mean of a loss over all rows, or over their weights, as Keras's `MeanAbsoluteError`,
/// `MeanSquaredError` and other metrics that are losses.
public struct MeanMetric: NamedMetric {
  /// Keras's name, as it stands in histories.
  public var name: String
  /// What the mean is taken of; it sees the model's output, never logits.
  public var loss: any Loss
  private let sign: Double

  /// The mean of a loss.
  ///
  /// - Parameters:
  ///   - name: the metric's name.
  ///   - loss: what the mean is taken of.
  ///   - isNegated: whether it is the mean of minus the loss, as for the metric `CosineSimilarity`.
  public init(_ name: String, of loss: any Loss, isNegated: Bool = false) {
    self.name = name
    self.loss = loss
    sign = isNegated ? -1 : 1
  }

  /// Keras's name of the class, which is that of the loss but for one.
  public var className: String {
    let name = (loss as? any NamedLoss)?.className ?? loss.name
    return name == "LogCosh" ? "LogCoshError" : name
  }

  /// The shapes that the loss takes.
  public func targetShapes(for output: Shape) -> [Shape] { loss.targetShapes(for: output) }

  /// Σ weight · loss and Σ weight.
  public var accumulators: Int { 2 }

  /// Adds one shard to the sums.
  public func accumulate(_ scoring: Scoring, into sums: UnsafeMutablePointer<Double>) {
    sums[0] += sign * loss.evaluate(scoring, gradient: nil)
    sums[1] += loss.total(scoring, .weightedMean)
  }

  /// The mean; 0 before anything was added.
  public func result(_ sums: UnsafePointer<Double>) -> Double { mean(sums) }
}

/// The first sum over the second; 0 where there is nothing to divide by, as in Keras.
func mean(_ sums: UnsafePointer<Double>) -> Double { ratio(sums[0], sums[1]) }

/// A quotient that is 0 where there is nothing to divide by.
func ratio(_ numerator: Double, _ denominator: Double) -> Double {
  denominator == 0 ? 0 : numerator / denominator
}
