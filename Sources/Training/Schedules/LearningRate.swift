/// The learning rate, as a function of the number of updates that were made before: 0 at the first.
///
/// Computed in double precision; an optimizer's loop gets it rounded to single precision.
public protocol LearningRate: Sendable {
  /// The rate of one update.
  func value(at iteration: Int) -> Double

  /// The same schedule with all rates multiplied, but for the one that a warm-up begins at.
  func scaled(by factor: Double) -> any LearningRate

  /// A sentence about settings that make no sense; nil when they do.
  var problem: String? { get }
}

/// The same rate at every update.
public struct ConstantRate: LearningRate, Equatable {
  /// The rate.
  public var rate: Double

  /// A rate that stays.
  public init(_ rate: Double) { self.rate = rate }

  /// The rate of any update.
  public func value(at iteration: Int) -> Double { rate }

  /// The rate, multiplied.
  public func scaled(by factor: Double) -> any LearningRate { ConstantRate(rate * factor) }

  /// A sentence about settings that make no sense.
  public var problem: String? { negative("learning_rate", rate) }
}

/// A sentence about a setting that should be zero or more; nil when it is.
func negative(_ name: String, _ value: Double) -> String? {
  value >= 0 && value.isFinite ? nil : "\(name) must be a number from 0 on, not \(value)."
}

/// A sentence about a number of steps that should be positive; nil when it is.
func notPositive(_ name: String, _ value: Int) -> String? {
  value > 0 ? nil : "\(name) must be a positive number of updates, not \(value)."
}

/// A sentence about a setting that should lie between 0 and 1; nil when it does.
func outsideOfUnit(_ name: String, _ value: Double) -> String? {
  (0...1).contains(value) ? nil : "\(name) must lie between 0 and 1, not at \(value)."
}
