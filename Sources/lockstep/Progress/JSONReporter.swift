import KerasFormat
import Training

/// Prints one JSON object an event, for programs.
final class JSONReporter: Reporter {
  func report(_ event: RunEvent) {
    let (name, fields) = Self.fields(event)
    var object = JSONObject()
    object["event"] = .string(name)
    for (key, value) in fields { object[key] = value }
    Output.line(JSON.object(object).description)
  }

  private static func fields(_ event: RunEvent) -> (String, [(String, JSON)]) {
    switch event {
    case .started(let plan): ("started", fields(plan))
    case .step(let step): ("step", fields(step))
    case .sample(let sample): ("sample", sample.fields)
    case .epoch(let epoch): ("epoch", fields(epoch))
    case .saved(let path, let step, let seconds):
      ("saved", [("step", .int(step)), ("path", .string(path)), ("seconds", .double(seconds))])
    case .warning(let text): ("warning", [("text", .string(text))])
    case .note(let text): ("note", [("text", .string(text))])
    case .finished(let result): ("finished", fields(result))
    }
  }

  private static func fields(_ plan: RunPlan) -> [(String, JSON)] {
    [
      ("directory", .string(plan.directory)), ("rows", .int(plan.rows)),
      ("validation_rows", .int(plan.validationRows)), ("batch_size", .int(plan.batchSize)),
      ("shards", .int(plan.shards)), ("steps_per_epoch", .int(plan.stepsPerEpoch)),
      ("epochs", .int(plan.epochs)), ("workers", .int(plan.workers.count)),
      ("workers_why", .string(plan.workers.reason)),
      ("parameters", .int(plan.parameters)), ("bytes", .int(plan.bytes)),
      ("baselines", .array(plan.baselines.map { .object($0.object) })),
      ("resumed_from_step", plan.resumed.map { .int($0.step) } ?? nil),
    ]
  }

  private static func fields(_ step: StepFacts) -> [(String, JSON)] {
    [
      ("step", .int(step.step)), ("epoch", .int(step.epoch)),
      ("step_in_epoch", .int(step.stepInEpoch)),
      ("gradient_norm", .double(step.gradientNorm)),
      ("learning_rate", .double(step.learningRate)), ("rows", .int(step.rows)),
      ("seconds", .double(step.seconds)), ("waited", .double(step.waited)),
    ] + step.scores.named.map { ($0.name, .double($0.value)) }
  }

  private static func fields(_ epoch: EpochFacts) -> [(String, JSON)] {
    [
      ("epoch", .int(epoch.epoch)), ("step", .int(epoch.step)), ("rows", .int(epoch.rows)),
      ("seconds", .double(epoch.seconds)), ("waited", .double(epoch.waited)),
    ] + epoch.metrics.map { ($0.name, .double($0.value)) }
  }

  private static func fields(_ result: RunResult) -> [(String, JSON)] {
    let (reason, why): (String, String?) =
      switch result.reason {
      case .completed: ("completed", nil)
      case .reachedSteps: ("reached_steps", nil)
      case .stoppedEarly(let why): ("stopped_early", why)
      case .interrupted: ("interrupted", nil)
      }
    return [
      ("reason", .string(reason)), ("why", why.map(JSON.string) ?? nil),
      ("step", .int(result.step)), ("path", .string(result.path)),
      ("fingerprint", .string(result.fingerprint)),
      ("baselines", .array(result.baselines.map { .object($0.object) })),
    ]
  }
}
