import Tensors

/// How the losses of rows become the loss of a batch, as Keras's `reduction`.
public enum Reduction: String, Sendable, Hashable, CaseIterable {
  /// Σ weight · loss over the number of rows that count, whatever their weights.
  case mean = "sum_over_batch_size"
  /// Σ weight · loss. Keras's `none` means the same to training: it adds up gradients.
  case sum
  /// Σ weight · loss over Σ weight.
  case weightedMean = "mean_with_sample_weight"

  /// What a batch's sum is divided by.
  ///
  /// - Parameter total: what `Loss.total` gave for each shard of the batch, added up.
  /// - Returns: the total, or one where nothing is divided.
  public func divisor(_ total: Double) -> Double { self == .sum ? 1 : total }
}

/// A loss that is reduced otherwise than by the mean.
public struct ReducedLoss: Loss {
  /// What is reduced.
  public let base: any Loss
  /// How.
  public let reduction: Reduction

  /// A loss with a reduction.
  public init(_ base: any Loss, _ reduction: Reduction) {
    self.base = base
    self.reduction = reduction
  }

  /// Keras's name of the function.
  public var name: String { base.name }

  /// The shapes that the loss itself takes.
  public func targetShapes(for output: Shape) -> [Shape] { base.targetShapes(for: output) }

  /// The loss itself from logits, reduced alike.
  public func fromLogits(of activation: Activation) -> (any Loss)? {
    base.fromLogits(of: activation).map { ReducedLoss($0, reduction) }
  }

  /// The sum, which is the same for every reduction.
  public func evaluate(_ scoring: Scoring, gradient: Matrix?) -> Double {
    base.evaluate(scoring, gradient: gradient)
  }

  /// As the loss itself.
  public var overwritesPredictions: Bool { base.overwritesPredictions }

  /// What the loss itself counts.
  public func total(_ scoring: Scoring, _ reduction: Reduction) -> Double {
    base.total(scoring, reduction)
  }
}

extension Loss {
  /// The mean over all rows.
  public var reduction: Reduction { .mean }

  /// Most read predictions more than once.
  public var overwritesPredictions: Bool { false }

  /// All rows count that no mask takes out.
  public func total(_ scoring: Scoring, _ reduction: Reduction) -> Double {
    guard scoring.mask != nil else {
      return reduction == .weightedMean ? scoring.totalWeight : Double(scoring.rows)
    }
    return scoring.total(reduction) { _ in true }
  }
}

extension Scoring {
  /// The number or the weight of the rows that no mask takes out and that count.
  func total(_ reduction: Reduction, _ counts: (Int) -> Bool) -> Double {
    var sum = 0.0
    for row in 0..<rows where mask?[row] != 0 && counts(row) {
      sum += reduction == .weightedMean ? weight(row) : 1
    }
    return sum
  }
}
