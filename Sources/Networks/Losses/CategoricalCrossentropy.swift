import Foundation
import Kernels
import Tensors

/// -Σ t·ln p over the classes, as Keras's `CategoricalCrossentropy`; targets are [rows, classes].
///
/// From probabilities, p is divided by its sum, then limited to 10⁻⁷ … 1 - 10⁻⁷; the gradient
/// includes the division and is zero beyond the limits. A model that ends in a softmax is scored
/// from what the softmax is applied to: nothing is lost.
public struct CategoricalCrossentropy: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "CategoricalCrossentropy" }
  /// Keras's name of the function.
  public var name: String { "categorical_crossentropy" }
  /// Whether predictions are logits: ln p up to a number for the whole row.
  public var fromLogits: Bool
  /// The share s of a target that is spread over all k classes: t·(1-s) + s/k.
  public var labelSmoothing: Double

  /// The loss with Keras's defaults.
  public init(fromLogits: Bool = false, labelSmoothing: Double = 0) {
    self.fromLogits = fromLogits
    self.labelSmoothing = labelSmoothing
  }

  /// The loss of a softmax's output, from the softmax's input.
  public func fromLogits(of activation: Activation) -> (any Loss)? {
    guard activation == .softmax, !fromLogits else { return nil }
    return CategoricalCrossentropy(fromLogits: true, labelSmoothing: labelSmoothing)
  }

  /// Targets have a number for each class; class numbers are for the sparse loss.
  public func targetShapes(for output: Shape) -> [Shape] { [output] }

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    guard fromLogits else { return fromProbabilities(scoring, gradient) }
    return scoring.sum(
      smoothing: labelSmoothing, share: 1 / Double(scoring.predictions.columns),
      gradient: gradient, softmaxCrossEntropyRows)
  }

  private func fromProbabilities(_ scoring: Scoring, _ gradient: Matrix?) -> Double {
    let classes = scoring.predictions.columns
    return scoring.sumByRow(gradient) { row in
      let total = (0..<classes).reduce(0) { $0 + Double(row.predictions[$1]) }
      var loss = 0.0
      // The slope along a prediction p is (s - Σ s·q) / total, with q = p / total and s = dl/dq.
      var commonSlope = 0.0
      for column in 0..<classes {
        let q = Clip(Double(row.predictions[column]) / total)
        let t = smoothed(row.target[column], classes)
        loss -= t * log(q.value)
        if q.isInside { commonSlope -= t }
      }
      if let gradient = row.gradient {
        for column in 0..<classes {
          let q = Clip(Double(row.predictions[column]) / total)
          let slope = q.isInside ? -smoothed(row.target[column], classes) / q.value : 0
          gradient[column] = Float(row.weight * (slope - commonSlope) / total)
        }
      }
      return loss
    }
  }

  private func smoothed(_ target: Float, _ classes: Int) -> Double {
    Double(target) * (1 - labelSmoothing) + labelSmoothing / Double(classes)
  }
}
