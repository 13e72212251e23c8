import Foundation

/// Half a cosine from the first rate down to `alpha` times it (Loshchilov and Hutter 2017), as
/// Keras's `CosineDecay`, with Keras's own warm-up.
///
/// With a warm-up target the rate first rises in a straight line from `initial` to the target, in
/// `warmupSteps` updates; the cosine then starts at the target and takes `steps` more.
public struct CosineDecay: LearningRate, Equatable {
  /// Keras's name of the class.
  public static let className = "CosineDecay"
  /// The first rate; Keras's `initial_learning_rate`.
  public var initial: Double
  /// The updates that the cosine takes; Keras's `decay_steps`.
  public var steps: Int
  /// The last rate as a fraction of the highest.
  public var alpha: Double
  /// The rate at the end of the warm-up; nil for none.
  public var warmupTarget: Double?
  /// The updates that the warm-up takes, when it has a target.
  public var warmupSteps: Int

  /// A rate that follows a cosine, with Keras's defaults.
  public init(
    initial: Double, steps: Int, alpha: Double = 0, warmupTarget: Double? = nil,
    warmupSteps: Int = 0
  ) {
    self.initial = initial
    self.steps = steps
    self.alpha = alpha
    self.warmupTarget = warmupTarget
    self.warmupSteps = warmupSteps
  }

  /// The rate of one update.
  public func value(at iteration: Int) -> Double {
    guard let warmupTarget else { return decayed(initial, iteration) }
    if iteration < warmupSteps {
      return initial + (warmupTarget - initial) * Double(iteration) / Double(warmupSteps)
    }
    return decayed(warmupTarget, iteration - warmupSteps)
  }

  private func decayed(_ peak: Double, _ iteration: Int) -> Double {
    let done = Double(min(iteration, steps)) / Double(steps)
    return peak * ((1 - alpha) * (1 + cos(.pi * done)) / 2 + alpha)
  }

  /// The same schedule with all rates multiplied, but for the one that a warm-up begins at.
  public func scaled(by factor: Double) -> any LearningRate {
    var schedule = self
    if let warmupTarget {
      schedule.warmupTarget = warmupTarget * factor
    } else {
      schedule.initial *= factor
    }
    return schedule
  }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    negative("initial_learning_rate", initial) ?? notPositive("decay_steps", steps)
      ?? negative("alpha", alpha) ?? negative("warmup_steps", Double(warmupSteps))
      ?? warmupTarget.flatMap { negative("warmup_target", $0) }
  }
}
