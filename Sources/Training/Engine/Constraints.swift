import Networks
import Tensors

/// A parameter that is brought back into bounds after every update, with room for its norms.
struct ParameterConstraint: Sendable {
  private let slot: Slot
  private let constraint: Constraint
  /// For each axis how far apart the norms of neighbours are: zero along the axes of a norm.
  private let steps: [Int]
  /// How many norms there are.
  private let groups: Int

  /// The constraints of a network's trained parameters.
  static func all(of network: Network) -> [ParameterConstraint] {
    network.parameters.compactMap { parameter in
      guard parameter.isTrained, let constraint = parameter.constraint else { return nil }
      return ParameterConstraint(parameter.slot, constraint)
    }
  }

  init(_ slot: Slot, _ constraint: Constraint) {
    self.slot = slot
    self.constraint = constraint
    let rank = slot.shape.count
    let axes = Set(constraint.axes.map { $0 < 0 ? $0 + rank : $0 })
    var steps = [Int](repeating: 0, count: rank)
    var groups = 1
    for axis in (0..<rank).reversed() where !axes.contains(axis) {
      steps[axis] = groups
      groups *= slot.shape[axis]
    }
    self.steps = steps
    self.groups = groups
  }

  /// Brings the parameter of some weights back, by Keras's formulas.
  func apply(to weights: Arena) {
    let values = weights[slot]
    if case .nonNegative = constraint {
      for index in values.indices where !(values[index] >= 0) { values[index] *= 0 }
      return
    }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: groups) { factors in
      factors.update(repeating: 0)
      forEachGroup { index, group in factors[group] += values[index] * values[index] }
      for group in factors.indices { factors[group] = factor(factors[group].squareRoot()) }
      forEachGroup { index, group in values[index] *= factors[group] }
    }
  }

  /// What weights of a norm are multiplied with.
  private func factor(_ norm: Float) -> Float {
    func wanted(_ low: Double, _ high: Double) -> Float { min(max(norm, Float(low)), Float(high)) }
    let wanted: Float =
      switch constraint {
      case .maxNorm(let limit, _): wanted(0, limit)
      case .unitNorm: 1
      case .minMaxNorm(let low, let high, let rate, _):
        Float(rate) * wanted(low, high) + (1 - Float(rate)) * norm
      case .nonNegative: norm
      }
    return wanted / (1e-7 + norm)
  }

  /// Visits all numbers in order, with the number of their norm.
  private func forEachGroup(_ body: (_ index: Int, _ group: Int) -> Void) {
    let width = slot.shape.last ?? 1
    let step = steps.last ?? 0
    guard width > 0 else { return }
    for row in 0..<slot.count / width {
      var (rest, group) = (row, 0)
      for axis in stride(from: slot.shape.count - 2, through: 0, by: -1) {
        group += rest % slot.shape[axis] * steps[axis]
        rest /= slot.shape[axis]
      }
      for column in 0..<width { body(row * width + column, group + column * step) }
    }
  }
}

extension Constraint {
  /// The axes that norms are taken over.
  fileprivate var axes: [Int] {
    switch self {
    case .maxNorm(_, let axis), .unitNorm(let axis), .minMaxNorm(_, _, _, let axis): axis
    case .nonNegative: []
    }
  }
}

extension Trainer {
  /// Brings a replica's weights back; parameters are shared out to the workers.
  func constrain(_ replica: Int) {
    guard !constraints.isEmpty else { return }
    let weights = replicas[replica].weights
    workers.forEach(constraints.count, together: sharesPasses) { _, item in
      constraints[item].apply(to: weights)
    }
  }
}
