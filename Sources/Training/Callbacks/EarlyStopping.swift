/// Stops when a number has not become better for some epochs, as Keras's `EarlyStopping`.
public struct EarlyStopping: Callback {
  /// What is watched.
  public var monitor: Monitor
  /// After how many epochs without a better value training stops.
  public var patience: Int
  /// A value that must be beaten; nil for none.
  public var baseline: Double?
  /// Whether the best epoch's weights are put back at the end, however it comes.
  public var restoresBest: Bool
  /// Epochs before this one (from 0) are not looked at.
  public var startFromEpoch: Int
  private var best: Double?
  private var wait = 0
  private var bestEpoch = 0

  /// Keras's defaults, but for what is watched.
  public init(
    _ monitor: Monitor = Monitor("val_loss"), patience: Int = 0, baseline: Double? = nil,
    restoresBest: Bool = false, startFromEpoch: Int = 0
  ) {
    self.monitor = monitor
    self.patience = patience
    self.baseline = baseline
    self.restoresBest = restoresBest
    self.startFromEpoch = startFromEpoch
  }

  /// Counts epochs without a better value.
  public mutating func epochEnded(_ epoch: EpochFacts) throws(TrainingError) -> [Directive] {
    let value = try monitor.value(epoch)
    guard epoch.epoch > startFromEpoch else { return [] }
    // As Keras: the first weights that are looked at are the best until better ones come.
    let isFirst = bestEpoch == 0
    if isFirst { bestEpoch = epoch.epoch }
    wait += 1
    if monitor.isBetter(value, than: best) {
      best = value
      bestEpoch = epoch.epoch
      // As Keras: a value that does not beat the baseline is the best, and time runs all the same.
      if baseline.map({ monitor.isBetter(value, than: $0) }) ?? true { wait = 0 }
      return restoresBest ? [.keepBest] : []
    }
    let first: [Directive] = isFirst && restoresBest ? [.keepBest] : []
    guard wait >= patience, epoch.epoch > 1 else { return first }
    let stop = Directive.stop(
      "\(monitor.name) has not improved for \(wait) epochs; the best was \(best ?? .nan) "
        + "in epoch \(bestEpoch)")
    return first + [stop]
  }

  /// Whether weights to put back were ever kept.
  var keptBest: Bool { restoresBest && bestEpoch > 0 }

  /// These options with what another remembers.
  func remembering(_ other: EarlyStopping?) -> EarlyStopping {
    guard let other else { return self }
    var copy = self
    (copy.best, copy.wait, copy.bestEpoch) = (other.best, other.wait, other.bestEpoch)
    return copy
  }
}
