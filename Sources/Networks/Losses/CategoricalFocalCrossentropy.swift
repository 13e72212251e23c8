import Foundation
import Tensors

/// -Σ α·(1 - p)^γ·t·ln p over the classes, as Keras's `CategoricalFocalCrossentropy`; targets are
/// [rows, classes].
///
/// p is divided by its sum, then limited to 10⁻⁷ … 1 - 10⁻⁷.
public struct CategoricalFocalCrossentropy: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "CategoricalFocalCrossentropy" }
  /// Keras's name of the function.
  public var name: String { "categorical_focal_crossentropy" }
  /// The factor α.
  public var alpha = 0.25
  /// The exponent γ.
  public var gamma = 2.0
  /// Whether predictions are logits.
  public var fromLogits = false
  /// The share s of a target that is spread over all k classes: t·(1-s) + s/k.
  public var labelSmoothing = 0.0

  /// The loss with Keras's defaults.
  public init() {}

  /// Targets have a number for each class.
  public func targetShapes(for output: Shape) -> [Shape] { [output] }

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    let classes = scoring.predictions.columns
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * classes) { room in
      let shares = UnsafeMutableBufferPointer(rebasing: room[..<classes])
      let slopes = UnsafeMutableBufferPointer(rebasing: room[classes...])
      return scoring.sumByRow(gradient) { row in
        let total = normalize(row, into: shares)
        var (loss, common) = (0.0, 0.0)
        for column in 0..<classes {
          let q = Clip(shares[column])
          let t =
            Double(row.target[column]) * (1 - labelSmoothing) + labelSmoothing / Double(classes)
          let (term, slope) = focal(q.value, t)
          loss += term
          slopes[column] = q.isInside ? slope : 0
          common += slopes[column] * shares[column]
        }
        // Along a prediction p the slope is (s - Σ s·q) / total; along a logit it is q times that.
        for column in 0..<classes {
          let scale = fromLogits ? shares[column] : 1 / total
          row.gradient?[column] = Float(row.weight * scale * (slopes[column] - common))
        }
        return loss
      }
    }
  }

  /// The shares of the classes, and what the predictions were divided by.
  private func normalize(
    _ row: Scoring.Row, into shares: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    var top = -Double.infinity
    for column in 0..<row.count { top = max(top, Double(row.predictions[column])) }
    var total = 0.0
    for column in 0..<row.count {
      let p = Double(row.predictions[column])
      shares[column] = fromLogits ? exp(p - top) : p
      total += shares[column]
    }
    for column in 0..<row.count { shares[column] /= total }
    return total
  }

  private func focal(_ q: Double, _ t: Double) -> (term: Double, slope: Double) {
    let factor = alpha * pow(1 - q, gamma)
    let factorSlope = gamma == 0 ? 0 : -alpha * gamma * pow(1 - q, gamma - 1)
    return (-factor * t * log(q), -t * (factorSlope * log(q) + factor / q))
  }
}
