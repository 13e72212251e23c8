import Networks
import Tensors

/// Penalties on the size of weights: their sum in the reported loss, and their gradient, added once
/// for an update to the mean of the losses' gradients, before clipping.
extension Trainer {
  /// Adds up the penalties of the weights as they are: of all replicas, their mean.
  func measurePenalty() {
    guard objective.penalty != nil else { return }
    forEachPiece { item, replica, piece in
      squares[item][0] = piece.regularizer?.penalty(of: replicas[replica].weights, piece.range) ?? 0
    }
    penalty = 0
    for item in 0..<pieces.count * replicas.count { penalty += squares[item][0] }
    penalty /= Double(replicas.count)
  }

  /// Writes the penalty into a batch's sums.
  func addPenalty(to row: UnsafeMutableBufferPointer<Double>, rows: Int) {
    guard let place = objective.penalty else { return }
    row[place] = penalty * Double(rows)
    row[place + 1] = Double(rows)
  }
}

extension Network {
  /// The penalties of all trained weights.
  func penalty(of weights: Arena) -> Double {
    parameters.reduce(0) { sum, parameter in
      guard parameter.isTrained, let regularizer = parameter.regularizer else { return sum }
      return sum + regularizer.penalty(of: weights, parameter.slot.range)
    }
  }
}

extension Regularizer {
  /// Σ l1·|w| + l2·w² over a range.
  func penalty(of weights: Arena, _ range: Range<Int>) -> Double {
    var (absolute, square) = (0.0, 0.0)
    for weight in weights[range] {
      absolute += Double(abs(weight))
      square += Double(weight) * Double(weight)
    }
    return l1 * absolute + l2 * square
  }

  /// Adds factor · (l1·sign(w) + 2·l2·w) to a gradient.
  func addGradient(of weights: Arena, _ range: Range<Int>, times factor: Double, to gradient: Arena)
  {
    let (l1, l2) = (Float(l1 * factor), Float(2 * l2 * factor))
    let (weights, gradient) = (weights.base, gradient.base)
    for index in range {
      let weight = weights[index]
      let sign: Float = weight > 0 ? 1 : weight < 0 ? -1 : 0
      gradient[index] += l1 * sign + l2 * weight
    }
  }
}
