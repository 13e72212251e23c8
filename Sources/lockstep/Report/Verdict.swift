import Foundation
import KerasFormat

/// What there is to say about a run in a sentence or two, and its most important numbers.
struct Verdict {
  let record: RunRecord
  /// How it ended, what it reached, and how that compares.
  var sentence: String { "\(state) \(score)" }

  private var state: String {
    let steps = "\(Format.count(record.step)) steps"
    guard let end = record.end else {
      return record.goesOn
        ? "The run goes on; \(steps) are done." : "The run was cut off after \(steps)."
    }
    if let message = end["message"]?.string { return "The run failed: \(message)" }
    return switch end["reason"]?.string ?? "" {
    case "completed":
      "Trained to the end, \(epochs) or \(steps) in \(Format.time(record.totalSeconds))."
    case "reachedSteps": "Stopped after \(steps), as asked."
    case "interrupted": "Interrupted after \(steps); it can be resumed."
    default: "Stopped early after \(epochs) or \(steps), since nothing became better."
    }
  }

  private var epochs: String {
    record.epochs.count == 1 ? "1 epoch" : "\(record.epochs.count) epochs"
  }

  private var score: String {
    let name = record.last("val_loss") == nil ? "loss" : "val_loss"
    guard let value = record.last(name) else { return "" }
    let first = record.byEpoch(name).first?.y ?? value
    let title = name == "loss" ? "training loss" : "validation loss"
    var text = "The \(title) is \(Format.metric(value))"
    if record.epochs.count > 1, first.isFinite {
      text += ", after \(Format.metric(first)) at first"
    }
    let simple = record.baselines(for: "loss").sorted { $0.value < $1.value }
    guard let best = simple.first else { return text + "." }
    let scores = simple.map { "\(Format.metric($0.value)) (\($0.name))" }
    let verdict =
      value < best.value ? "better than simple answers" : "no better than a simple answer"
    return text + ". That is \(verdict): \(scores.joined(separator: ", "))."
  }

  /// Names and values for the head of the page.
  var figures: [(name: String, value: String)] {
    var found: [(name: String, value: String)] = record.metrics.prefix(6).compactMap { name in
      record.last(name).map { (Self.title(name), Format.metric($0)) }
    }
    let start = record.start
    if let count = start["parameters"]?.int { found.append(("parameters", Format.count(count))) }
    let (rows, seconds) = record.epochs.reduce((0.0, 0.0)) { sum, epoch in
      (sum.0 + (epoch["rows"]?.double ?? 0), sum.1 + (epoch["epoch_seconds"]?.double ?? 0))
    }
    if seconds > 0 { found.append(("rows a second", Format.rate(rows / seconds))) }
    if let bytes = record.peakMemory { found.append(("peak memory", Format.bytes(bytes))) }
    return found
  }

  /// `val_mae` as people say it.
  static func title(_ name: String) -> String {
    let words = name.replacingOccurrences(of: "_", with: " ")
    return words.hasPrefix("val ") ? "\(words.dropFirst(4)), validation" : words
  }
}
