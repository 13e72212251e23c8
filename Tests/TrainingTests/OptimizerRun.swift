import Kernels
import Tensors
import TestSupport
import Training

/// Six updates of three weights with the gradients of Keras's reference, as the engine makes them.
struct OptimizerRun {
  let optimizer: any Optimizer
  let parameters: [Slot]
  let weights: Arena
  let moments: [Arena]
  private let gradients: [Float]

  /// The batch's weight: the gradients that an optimizer gets are sums.
  private let batch: Float = 8

  init(_ optimizer: any Optimizer, _ file: borrowing ReferenceFile) throws {
    self.optimizer = optimizer
    let numbers = try file.floats("weights")
    gradients = try file.floats("gradients")
    var offset = 0
    parameters = (try file.json("shapes", of: "weights") as? [[Int]] ?? []).map { shape in
      defer { offset += shape.reduce(1, *) }
      return Slot(offset: offset, shape: shape)
    }
    let weights = Arena(count: numbers.count)
    _ = weights[0..<numbers.count].update(fromContentsOf: numbers)
    self.weights = weights
    moments = optimizer.stateNames.map { name in
      let arena = Arena(count: numbers.count)
      fill(count: arena.count, optimizer.initialValue(of: name), arena.base)
      return arena
    }
  }

  var count: Int { weights.count }
  var steps: Int { gradients.count / count }

  /// Makes one update, piece by piece; pieces are cut where parameters end, and are whole parameters
  /// where the optimizer says so.
  func update(_ step: Int, pieces: [Range<Int>]) {
    let gradient = Arena(count: count)
    for index in 0..<count { gradient.base[index] = gradients[step * count + index] * batch }
    let scales = factors(gradient)
    for (parameter, scale) in zip(parameters, scales) {
      for piece in optimizer.updatesWholeParameters ? [parameter.range] : pieces
      where parameter.range.overlaps(piece) {
        optimizer.apply(
          parameter.range.clamped(to: piece), in: parameter, of: weights, gradient: gradient,
          state: moments, scale: scale, step: step,
          learningRate: Float(optimizer.rate(at: step)))
      }
    }
  }

  private func factors(_ gradient: Arena) -> [Float] {
    let squares = parameters.map { sumOfSquares(count: $0.count, gradient.base + $0.offset) }
    var factors = [Float](repeating: 1 / batch, count: parameters.count)
    squares.withUnsafeBufferPointer { squares in
      factors.withUnsafeMutableBufferPointer {
        optimizer.clipping?.factors(squaredNorms: squares, scale: 1 / batch, into: $0)
      }
    }
    return factors
  }
}
