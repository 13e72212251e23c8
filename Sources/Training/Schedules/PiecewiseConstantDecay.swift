/// Steps from rate to rate, as Keras's `PiecewiseConstantDecay`.
public struct PiecewiseConstantDecay: LearningRate, Equatable {
  /// Keras's name of the class.
  public static let className = "PiecewiseConstantDecay"
  /// The last iteration of each rate but the last one, rising.
  public var boundaries: [Int]
  /// The rates: one more than there are boundaries.
  public var values: [Double]

  /// Rates, each valid up to and including its boundary, the last one for good.
  public init(boundaries: [Int], values: [Double]) {
    self.boundaries = boundaries
    self.values = values
  }

  /// The rate of the first boundary that is not passed.
  public func value(at iteration: Int) -> Double {
    values[boundaries.firstIndex { iteration <= $0 } ?? boundaries.count]
  }

  /// The same schedule with all rates multiplied.
  public func scaled(by factor: Double) -> any LearningRate {
    var schedule = self
    schedule.values = values.map { $0 * factor }
    return schedule
  }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    if values.count != boundaries.count + 1 {
      return "\(Self.className) needs one value more than boundaries, and has \(values.count) "
        + "values for \(boundaries.count) boundaries."
    }
    if zip(boundaries, boundaries.dropFirst()).contains(where: { $0 >= $1 }) {
      return "The boundaries of \(Self.className) must rise, unlike \(boundaries)."
    }
    return values.lazy.compactMap { negative("each of the values", $0) }.first
  }
}
