/// Lowers the learning rate when a number has not become better for some epochs, as Keras's
/// `ReduceLROnPlateau`.
public struct ReduceOnPlateau: Callback {
  /// What is watched.
  public var monitor: Monitor
  /// What the rate is multiplied with.
  public var factor: Double
  /// After how many epochs without a better value the rate is lowered.
  public var patience: Int
  /// How many epochs after that are not counted.
  public var cooldown: Int
  /// What the rate never falls below.
  public var minimumRate: Double
  private var best: Double?
  private var wait = 0
  private var cooling = 0

  /// Keras's defaults.
  public init(
    _ monitor: Monitor = Monitor("val_loss", minimumDelta: 1e-4), factor: Double = 0.1,
    patience: Int = 10, cooldown: Int = 0, minimumRate: Double = 0
  ) {
    self.monitor = monitor
    self.factor = factor
    self.patience = patience
    self.cooldown = cooldown
    self.minimumRate = minimumRate
  }

  /// These options with what another remembers.
  func remembering(_ other: ReduceOnPlateau?) -> ReduceOnPlateau {
    guard let other else { return self }
    var copy = self
    (copy.best, copy.wait, copy.cooling) = (other.best, other.wait, other.cooling)
    return copy
  }

  /// Counts epochs without a better value.
  public mutating func epochEnded(_ epoch: EpochFacts) throws(TrainingError) -> [Directive] {
    let value = try monitor.value(epoch)
    if cooling > 0 {
      cooling -= 1
      wait = 0
    }
    if monitor.isBetter(value, than: best) {
      best = value
      wait = 0
      return []
    }
    guard cooling == 0 else { return [] }
    wait += 1
    guard wait >= patience else { return [] }
    let rate = epoch.metrics.first { $0.name == "learning_rate" }?.value ?? 0
    guard rate > minimumRate else { return [] }
    cooling = cooldown
    wait = 0
    let lowered = max(rate * factor, minimumRate)
    return [
      .scaleLearningRate(lowered / rate),
      .note("\(monitor.name) has not improved: the learning rate is now \(Float(lowered))"),
    ]
  }
}
