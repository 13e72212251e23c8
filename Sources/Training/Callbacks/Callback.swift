import Foundation

/// Sees the facts of an epoch, and says what should be done; it does nothing itself.
///
/// What a callback remembers is its coded state: it goes into every checkpoint, so that a resumed
/// run decides as the run that was never stopped.
public protocol Callback: Sendable, Codable {
  /// Sees the numbers of an epoch that is over.
  ///
  /// - Parameter epoch: the epoch's facts.
  /// - Returns: what should be done, in order.
  /// - Throws: a sentence when the number it watches does not exist.
  mutating func epochEnded(_ epoch: EpochFacts) throws(TrainingError) -> [Directive]
}

/// What a callback wants done.
public enum Directive: Sendable, Equatable {
  /// Training ends here, for a reason.
  case stop(String)
  /// These weights are the best so far and should be kept.
  case keepBest
  /// The learning rate is multiplied by this from now on.
  case scaleLearningRate(Double)
  /// A person should know this.
  case note(String)
}

/// The number a callback watches, and when it is better than before.
public struct Monitor: Sendable, Codable, Hashable {
  /// Whether less is better, or more; `auto` goes by the name, as Keras does.
  public enum Mode: String, Sendable, Codable, CaseIterable {
    /// By the name: accuracies grow, everything else shrinks.
    case auto
    /// Less is better.
    case min
    /// More is better.
    case max
  }

  /// The name in the history, for example `val_loss`.
  public var name: String
  /// Whether less is better, or more.
  public var mode: Mode
  /// How much better is better.
  public var minimumDelta: Double

  /// A number to watch.
  public init(_ name: String, mode: Mode = .auto, minimumDelta: Double = 0) {
    self.name = name
    self.mode = mode
    self.minimumDelta = abs(minimumDelta)
  }

  private var wantsMore: Bool {
    mode == .max || mode == .auto && (name.hasSuffix("acc") || name.hasSuffix("accuracy"))
  }

  /// Whether a value is better than the best one by more than the delta; anything beats nothing.
  public func isBetter(_ value: Double, than best: Double?) -> Bool {
    guard let best else { return !value.isNaN }
    return wantsMore ? value > best + minimumDelta : value < best - minimumDelta
  }

  /// The watched number of an epoch.
  func value(_ epoch: EpochFacts) throws(TrainingError) -> Double {
    if let metric = epoch.metrics.first(where: { $0.name == name }) { return metric.value }
    throw unknown(epoch.metrics.map(\.name))
  }

  /// Refuses to watch what a run does not have.
  func check(_ names: [String]) throws(TrainingError) {
    guard names.contains(name) else { throw unknown(names) }
  }

  private func unknown(_ names: [String]) -> TrainingError {
    TrainingError(
      "A callback watches '\(name)', which this run does not have. It has "
        + names.joined(separator: ", ")
        + ". Set data.validation or data.validation_split for val_ numbers.", kind: .data)
  }
}
