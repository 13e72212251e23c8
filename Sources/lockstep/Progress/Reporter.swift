import Training

/// Somebody who is told what a run does.
protocol Reporter: AnyObject {
  func report(_ event: RunEvent)
}

extension Scores {
  /// Name and value of the loss and each metric.
  var named: [(name: String, value: Double)] { zip(names, values).map { ($0, $1) } }
}

extension RunResult {
  /// The end of a run in a sentence.
  var sentence: String {
    switch reason {
    case .completed: "done after \(step) steps: \(path)"
    case .reachedSteps: "stopped after \(step) steps, as asked: \(path)"
    case .stoppedEarly(let why): "stopped early after \(step) steps (\(why)): \(path)"
    case .interrupted: "interrupted after \(step) steps; a checkpoint is in \(path)"
    }
  }
}

/// Prints what must not be missed: warnings, and how the run ended.
final class QuietReporter: Reporter {
  func report(_ event: RunEvent) {
    switch event {
    case .warning(let text): Output.standardError("lockstep: warning: \(text)")
    case .finished(let result): Output.line("\(result.sentence)  \(result.fingerprint)")
    default: break
    }
  }
}
