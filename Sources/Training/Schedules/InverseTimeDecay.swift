/// initial / (1 + rate · i / steps) at iteration i, as Keras's `InverseTimeDecay`.
public struct InverseTimeDecay: LearningRate, Equatable {
  /// Keras's name of the class.
  public static let className = "InverseTimeDecay"
  /// The first rate; Keras's `initial_learning_rate`.
  public var initial: Double
  /// The updates after which the divisor has grown by `rate`; Keras's `decay_steps`.
  public var steps: Int
  /// How fast the divisor grows; Keras's `decay_rate`.
  public var rate: Double
  /// Whether the rate changes only at whole multiples of `steps`.
  public var staircase: Bool

  /// A rate that shrinks as the inverse of time.
  public init(initial: Double, steps: Int, rate: Double, staircase: Bool = false) {
    self.initial = initial
    self.steps = steps
    self.rate = rate
    self.staircase = staircase
  }

  /// The rate of one update.
  public func value(at iteration: Int) -> Double {
    initial / (1 + rate * turns(iteration, of: steps, staircase: staircase))
  }

  /// The same schedule with all rates multiplied.
  public func scaled(by factor: Double) -> any LearningRate {
    var schedule = self
    schedule.initial *= factor
    return schedule
  }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    negative("initial_learning_rate", initial) ?? notPositive("decay_steps", steps)
      ?? negative("decay_rate", rate)
  }
}
