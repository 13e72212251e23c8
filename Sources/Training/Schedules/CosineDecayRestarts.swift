import Foundation

/// Cosines one after another, each longer and lower than the one before (Loshchilov and Hutter
/// 2017), as Keras's `CosineDecayRestarts`.
public struct CosineDecayRestarts: LearningRate, Equatable {
  /// Keras's name of the class.
  public static let className = "CosineDecayRestarts"
  /// The first rate; Keras's `initial_learning_rate`.
  public var initial: Double
  /// The updates that the first cosine takes; Keras's `first_decay_steps`.
  public var steps: Int
  /// How much longer the next one is; Keras's `t_mul`.
  public var stretch: Double
  /// How much higher the next one begins; Keras's `m_mul`.
  public var peak: Double
  /// The last rate of a cosine as a fraction of the first.
  public var alpha: Double

  /// A rate that begins again and again, with Keras's defaults.
  public init(
    initial: Double, steps: Int, stretch: Double = 2, peak: Double = 1, alpha: Double = 0
  ) {
    self.initial = initial
    self.steps = steps
    self.stretch = stretch
    self.peak = peak
    self.alpha = alpha
  }

  /// The rate of one update.
  public func value(at iteration: Int) -> Double {
    let turns = Double(iteration) / Double(steps)
    // The cosines before this one: n of them take 1 + stretch + … = (1 - stretchⁿ) / (1 - stretch).
    let isEven = stretch == 1
    let before = (isEven ? turns : log(1 - turns * (1 - stretch)) / log(stretch)).rounded(.down)
    let length = pow(stretch, before)
    let done = isEven ? turns - before : (turns - (1 - length) / (1 - stretch)) / length
    let cosine = pow(peak, before) * (1 + cos(.pi * done)) / 2
    return initial * ((1 - alpha) * cosine + alpha)
  }

  /// The same schedule with all rates multiplied.
  public func scaled(by factor: Double) -> any LearningRate {
    var schedule = self
    schedule.initial *= factor
    return schedule
  }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    negative("initial_learning_rate", initial) ?? notPositive("first_decay_steps", steps)
      ?? (stretch >= 1 && stretch.isFinite
        ? nil : "t_mul must be a number from 1 on, not \(stretch).")
      ?? negative("m_mul", peak) ?? negative("alpha", alpha)
  }
}
