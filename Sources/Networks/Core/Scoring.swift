import Tensors

/// Predictions beside what they should have been, for one shard: what losses and metrics see.
///
/// A sequence is scored step by step, so a row here is one step of one sample; time-major, as
/// everywhere inside a workspace.
public struct Scoring {
  /// The predictions, [rows·T, features]; logits where a loss asked for them.
  public let predictions: Matrix
  /// The targets, [rows·T, features], or [rows·T, 1] with class numbers.
  public let targets: Matrix
  /// A weight for each row, zero where the mask is, or nil where all are one.
  public let weights: UnsafePointer<Float>?
  /// One for each row that counts and zero for the others, or nil where all count.
  public let mask: UnsafePointer<Float>?
  /// Room for `Scoring.scratch(rows:)` floats.
  public let scratch: UnsafeMutablePointer<Float>

  /// Predictions beside targets.
  public init(
    predictions: Matrix, targets: Matrix, weights: UnsafePointer<Float>?,
    mask: UnsafePointer<Float>? = nil, scratch: UnsafeMutablePointer<Float>
  ) {
    precondition(mask == nil || weights != nil, "a mask without weights that follow it")
    precondition(predictions.rows == targets.rows)
    self.predictions = predictions
    self.targets = targets
    self.weights = weights
    self.mask = mask
    self.scratch = scratch
  }

  /// Some of the rows, with predictions for them that stand elsewhere.
  public func rows(_ range: Range<Int>, predictions: Matrix) -> Scoring {
    Scoring(
      predictions: predictions, targets: targets.rows(range),
      weights: weights.map { $0 + range.lowerBound }, mask: mask.map { $0 + range.lowerBound },
      scratch: scratch)
  }

  /// How many rows are scored.
  public var rows: Int { predictions.rows }

  /// How many floats of scratch a scoring of `rows` rows needs: a loss and a class for each.
  public static func scratch(rows: Int) -> Int { 2 * rows }
}
