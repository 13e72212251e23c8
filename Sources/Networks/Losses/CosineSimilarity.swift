import Tensors

/// Minus the cosine of the angle between p and t, as Keras's `CosineSimilarity`.
///
/// It is -1 where they point the same way. A vector shorter than 10⁻⁷ is divided by that instead of its length.
public struct CosineSimilarity: NamedLoss, Equatable {
  /// Keras's name of the class.
  public var className: String { "CosineSimilarity" }
  /// Keras's name of the function.
  public var name: String { "cosine_similarity" }

  /// The loss; it has no options.
  public init() {}

  /// Computes Σ weight · loss over the rows, and its gradient.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    scoring.sumByRow(gradient) { row in
      var (pp, tt, pt) = (0.0, 0.0, 0.0)
      for column in 0..<row.count {
        let (p, t) = (Double(row.predictions[column]), Double(row.target[column]))
        pp += p * p
        tt += t * t
        pt += p * t
      }
      let (length, targetLength) = (pp.squareRoot(), tt.squareRoot())
      let scale = 1 / (max(length, Clip.low) * max(targetLength, Clip.low))
      if let gradient = row.gradient {
        // The length itself changes with p, unless it is the limit.
        let along = length < Clip.low ? 0 : pt / pp
        for column in 0..<row.count {
          let (p, t) = (Double(row.predictions[column]), Double(row.target[column]))
          gradient[column] = Float(-row.weight * scale * (t - along * p))
        }
      }
      return -pt * scale
    }
  }
}
