import Foundation
import Kernels
import Tensors

/// The mean over the features of -t·ln p - (1-t)·ln(1-p), as Keras's `BinaryCrossentropy`.
///
/// From probabilities, p is first limited to 10⁻⁷ … 1 - 10⁻⁷, and beyond that its gradient is zero.
/// A model that ends in a sigmoid is scored from what the sigmoid is applied to: nothing is lost.
public struct BinaryCrossentropy: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "BinaryCrossentropy" }
  /// Keras's name of the function.
  public var name: String { "binary_crossentropy" }
  /// Whether predictions are logits: ln(p / (1-p)).
  public var fromLogits: Bool
  /// The share s of a target that is replaced by one half: t·(1-s) + s/2.
  public var labelSmoothing: Double

  /// The loss with Keras's defaults.
  public init(fromLogits: Bool = false, labelSmoothing: Double = 0) {
    self.fromLogits = fromLogits
    self.labelSmoothing = labelSmoothing
  }

  /// The loss of a sigmoid's output, from the sigmoid's input.
  public func fromLogits(of activation: Activation) -> (any Loss)? {
    guard activation == .sigmoid, !fromLogits else { return nil }
    return BinaryCrossentropy(fromLogits: true, labelSmoothing: labelSmoothing)
  }

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    guard fromLogits else { return fromProbabilities(scoring, gradient) }
    return scoring.sum(
      smoothing: labelSmoothing, share: 0.5, gradient: gradient, sigmoidCrossEntropyRows)
  }

  private func fromProbabilities(_ scoring: Scoring, _ gradient: Matrix?) -> Double {
    let columns = scoring.predictions.columns
    return scoring.sumByRow(gradient) { row in
      var sum = 0.0
      for column in 0..<columns {
        let q = Clip(Double(row.predictions[column]))
        let t = Double(row.target[column]) * (1 - labelSmoothing) + labelSmoothing / 2
        sum -= t * log(q.value) + (1 - t) * log(1 - q.value)
        let slope = (1 - t) / (1 - q.value) - t / q.value
        row.gradient?[column] = q.isInside ? Float(row.weight * slope / Double(columns)) : 0
      }
      return sum / Double(columns)
    }
  }
}
