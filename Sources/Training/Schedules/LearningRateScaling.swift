/// How a learning rate that is right for one size of batch is made right for another.
///
/// An optimizer's rates are those for updates of `baseBatchSize` rows; an update of k times as many
/// has all of them multiplied.
public struct LearningRateScaling: Sendable, Hashable {
  /// What the rates are multiplied with, for k times the rows.
  public enum Rule: String, Sendable, CaseIterable {
    /// k: as many samples move the weights as far (Goyal and others 2017, "Accurate, Large Minibatch
    /// SGD").
    case linear
    /// √k: the noise of an update stays the same (Krizhevsky 2014, "One weird trick"; Hoffer, Hubara
    /// and Soudry 2017, "Train longer, generalize better").
    case squareRoot = "square_root"
    /// √k, after a warm-up of k times as many epochs: linear-epoch gradual warm-up (You and others
    /// 2019, "Large-Batch Training for LSTM and Beyond").
    case legw
  }

  /// What the rates are multiplied with.
  public var rule: Rule
  /// The rows of an update that the rates were chosen for.
  public var baseBatchSize: Int
  /// The epochs in which the rate rises in a straight line, from the unscaled rate as Goyal's does.
  ///
  /// With `legw` they are those of the base batch size, and the line begins at zero.
  public var warmupEpochs: Double

  /// A rule with the batch size that the rates were chosen for.
  public init(_ rule: Rule, baseBatchSize: Int, warmupEpochs: Double = 0) {
    self.rule = rule
    self.baseBatchSize = baseBatchSize
    self.warmupEpochs = warmupEpochs
  }

  /// How many times the rows of the base an update has.
  ///
  /// - Parameter rows: the rows of an update.
  /// - Returns: k.
  public func ratio(rows: Int) -> Double { Double(rows) / Double(baseBatchSize) }

  /// What the rates are multiplied with.
  ///
  /// - Parameter rows: the rows of an update.
  /// - Returns: k or its root.
  public func factor(rows: Int) -> Double {
    let ratio = ratio(rows: rows)
    return rule == .linear ? ratio : ratio.squareRoot()
  }

  /// How many of a schedule's steps the warm-up takes.
  ///
  /// - Parameters:
  ///   - rows: the rows of an update.
  ///   - stepsPerEpoch: how many steps the schedule sees in an epoch.
  /// - Returns: a number of steps; 0 for no warm-up.
  public func warmupSteps(rows: Int, stepsPerEpoch: Int) -> Int {
    let epochs = warmupEpochs * (rule == .legw ? ratio(rows: rows) : 1)
    let steps = (epochs * Double(stepsPerEpoch)).rounded()
    // A recipe may say any number; a warm-up without end is as good as one of a thousand years.
    return Int(min(steps, 1e12))
  }

  /// The schedule for updates of so many rows.
  ///
  /// - Parameters:
  ///   - schedule: the schedule for the base batch size.
  ///   - rows: the rows of an update.
  ///   - stepsPerEpoch: how many steps the schedule sees in an epoch.
  /// - Returns: the scaled schedule, behind the warm-up where there is one.
  public func applied(
    to schedule: any LearningRate, rows: Int, stepsPerEpoch: Int
  ) -> any LearningRate {
    let scaled = schedule.scaled(by: factor(rows: rows))
    let steps = warmupSteps(rows: rows, stepsPerEpoch: stepsPerEpoch)
    guard steps > 0 else { return scaled }
    return LinearWarmup(steps: steps, from: rule == .legw ? 0 : schedule.value(at: 0), to: scaled)
  }
}
