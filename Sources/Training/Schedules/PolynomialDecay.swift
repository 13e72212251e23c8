import Foundation

/// (initial - end) · (1 - i / steps)^power + end at iteration i, as Keras's `PolynomialDecay`.
public struct PolynomialDecay: LearningRate, Equatable {
  /// Keras's name of the class.
  public static let className = "PolynomialDecay"
  /// The first rate; Keras's `initial_learning_rate`.
  public var initial: Double
  /// The updates after which the end is reached; Keras's `decay_steps`.
  public var steps: Int
  /// The last rate; Keras's `end_learning_rate`.
  public var end: Double
  /// The exponent; 1 is a straight line.
  public var power: Double
  /// Whether the end is put off to the next multiple of `steps` each time it is reached.
  public var cycle: Bool

  /// A rate that falls to an end, with Keras's defaults.
  public init(
    initial: Double, steps: Int, end: Double = 0.0001, power: Double = 1, cycle: Bool = false
  ) {
    self.initial = initial
    self.steps = steps
    self.end = end
    self.power = power
    self.cycle = cycle
  }

  /// The rate of one update.
  public func value(at iteration: Int) -> Double {
    let cycles = cycle ? max(1, (iteration + steps - 1) / steps) : 1
    let done = Double(min(iteration, cycles * steps)) / Double(cycles * steps)
    return (initial - end) * pow(1 - done, power) + end
  }

  /// The same schedule with all rates multiplied.
  public func scaled(by factor: Double) -> any LearningRate {
    var schedule = self
    schedule.initial *= factor
    schedule.end *= factor
    return schedule
  }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    negative("initial_learning_rate", initial) ?? notPositive("decay_steps", steps)
      ?? negative("end_learning_rate", end) ?? negative("power", power)
  }
}
