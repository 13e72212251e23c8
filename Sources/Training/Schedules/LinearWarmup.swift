/// A straight line up to another schedule's first rate, then that schedule from its beginning.
///
/// As Keras's `CosineDecay` does it for itself: the first update has the starting rate, and the
/// first one after the warm-up has the schedule's rate at 0.
public struct LinearWarmup: LearningRate {
  /// How many updates the warm-up takes.
  public var steps: Int
  /// The rate of the first update.
  public var start: Double
  /// What comes after.
  public var schedule: any LearningRate

  /// A warm-up before a schedule.
  public init(steps: Int, from start: Double = 0, to schedule: any LearningRate) {
    self.steps = steps
    self.start = start
    self.schedule = schedule
  }

  /// The rate of one update.
  public func value(at iteration: Int) -> Double {
    guard iteration < steps else { return schedule.value(at: iteration - steps) }
    return start + (schedule.value(at: 0) - start) * Double(iteration) / Double(steps)
  }

  /// The same line to the schedule with all rates multiplied; it begins where it began.
  public func scaled(by factor: Double) -> any LearningRate {
    LinearWarmup(steps: steps, from: start, to: schedule.scaled(by: factor))
  }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    negative("warmup_steps", Double(steps)) ?? negative("the first learning rate", start)
      ?? schedule.problem
  }
}
