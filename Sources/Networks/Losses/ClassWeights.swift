import Tensors

/// Weights for the classes of targets, as Keras's `fit(class_weight=…)`: each row gets that of its
/// class, and one where its class has none.
public struct ClassWeights: Sendable, Hashable {
  /// The weights by class number.
  public var weights: [Int: Double]

  /// Weights by class number.
  public init(_ weights: [Int: Double]) { self.weights = weights }

  /// Multiplies the weight of each row by that of its class.
  ///
  /// The class is the target itself where it is one number, rounded, and else the place of the
  /// largest. The rows may be samples or, time-major as everywhere, steps of samples.
  ///
  /// - Parameters:
  ///   - weights: a weight for each row; ones where there are no others.
  ///   - targets: [rows, 1] or [rows, classes].
  public func multiply(_ weights: UnsafeMutablePointer<Float>, targets: Matrix) {
    for row in 0..<targets.rows {
      let target = targets.base + row * targets.stride
      let number =
        targets.columns == 1
        ? Int(exactly: target[0].rounded(.toNearestOrEven))
        : indexOfMaximum(target, targets.columns)
      if let weight = number.flatMap({ self.weights[$0] }) { weights[row] *= Float(weight) }
    }
  }
}
